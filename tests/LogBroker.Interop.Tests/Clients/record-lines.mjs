// The line form of records that ./README.md describes, for the clients that run on Node.
import { createInterface } from 'node:readline'

export const decode = text => (text === '~' ? null : Buffer.from(text, 'base64'))

export const encode = data => (data === null || data === undefined ? '~' : Buffer.from(data).toString('base64'))

export const decodeHeaders = text =>
  text === '' ? [] : text.split(',').map(pair => pair.split(':').map(decode))

export const encodeHeaders = pairs => pairs.map(([name, value]) => `${encode(name)}:${encode(value)}`).join(',')

export async function readRecords () {
  const records = []
  for await (const line of createInterface({ input: process.stdin })) {
    const [timestamp, key, value, headers] = line.split('\t')
    records.push({ timestamp: timestamp === '~' ? undefined : timestamp, key: decode(key), value: decode(value), headers: decodeHeaders(headers) })
  }
  return records
}

export function recordLine (offset, timestamp, key, value, headers) {
  return [offset, timestamp, encode(key), encode(value), encodeHeaders(headers)].join('\t')
}
