// @platformatic/kafka as a foreign client; the command line is described in ../README.md.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { readRecords, recordLine } from '../record-lines.mjs'

const require = createRequire(`${process.env.INTEROP_NODE_MODULES}/`)
const { Admin, Consumer, Producer } = await import(pathToFileURL(require.resolve('@platformatic/kafka')).href)

const [bootstrap, verb, topic, ...rest] = process.argv.slice(2)
const options = { clientId: 'interop', bootstrapBrokers: [bootstrap] }

async function using (client, work) {
  try {
    await work(client)
  } finally {
    await client.close()
  }
}

async function offsetAt (client, partition, timestamp) {
  if (timestamp < 0n) {
    const offsets = await client.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp })
    return offsets.get(topic)[partition]
  }
  const found = await client.listOffsetsWithTimestamps({ topics: [topic], partitions: { [topic]: [partition] }, timestamp })
  return found.get(topic).get(partition).offset
}

const timestampOf = { beginning: -2n, earliest: -2n, end: -1n, latest: -1n }

async function start (client, partition, from) {
  return from.startsWith('offset:')
    ? BigInt(from.slice(7))
    : offsetAt(client, partition, timestampOf[from] ?? BigInt(from.slice(5)))
}

function print (batch, next, left) {
  for (const record of batch.records) {
    const offset = batch.firstOffset + BigInt(record.offsetDelta)
    if (offset < next || left === 0) {
      continue
    }
    console.log(recordLine(offset, batch.firstTimestamp + record.timestampDelta, record.key, record.value, record.headers))
    next = offset + 1n
    left--
  }
  return [next, left]
}

async function consume (client) {
  const [partition, from, count] = [Number(rest[0]), rest[1], Number(rest[2])]
  const metadata = await client.metadata({ topics: [topic] })
  const { id, partitions } = metadata.topics.get(topic)
  let next = await start(client, partition, from)
  let left = count
  console.error('ready')
  while (left > 0) {
    const topics = [{
      topicId: id,
      partitions: [{ partition, currentLeaderEpoch: -1, fetchOffset: next, lastFetchedEpoch: -1, partitionMaxBytes: 1 << 20 }]
    }]
    const { responses } = await client.fetch({ node: partitions[partition].leader, topics, minBytes: 1, maxWaitTime: 1000 })
    for (const batch of responses[0]?.partitions[0].records ?? []) {
      [next, left] = print(batch, next, left)
    }
  }
}

const verbs = {
  create: () => using(new Admin(options), admin => {
    const configs = rest.slice(1).map(pair => {
      const [name, value] = pair.split('=')
      return { name, value }
    })
    return admin.createTopics({ topics: [topic], partitions: Number(rest[0]), replicas: 1, configs })
  }),
  delete: () => using(new Admin(options), admin => admin.deleteTopics({ topics: [topic] })),
  list: () => using(new Admin(options), async admin => console.log((await admin.listTopics()).join('\n'))),
  describe: () => using(new Admin(options), async admin => {
    const { partitions } = (await admin.metadata({ topics: [topic] })).topics.get(topic)
    Object.values(partitions).forEach((partition, index) => console.log(`${index}\t${partition.leader}`))
  }),
  offset: () => using(new Consumer({ ...options, groupId: 'unused' }), async client =>
    console.log(`${await offsetAt(client, Number(rest[0]), timestampOf[rest[1]] ?? BigInt(rest[1].slice(5)))}`)),
  consume: () => using(new Consumer({ ...options, groupId: 'unused' }), consume),
  produce: () => using(new Producer(options), async producer => {
    const messages = (await readRecords()).map(({ timestamp, key, value, headers }) => ({
      topic,
      partition: Number(rest[0]),
      key,
      value,
      headers: new Map(headers),
      timestamp: timestamp === undefined ? undefined : BigInt(timestamp)
    }))
    await producer.send({ messages, acks: -1, compression: rest[1], idempotent: true })
  })
}

await verbs[verb]()
