// kafkajs as a foreign client; the command line is described in ../README.md. It pulls only as a member of a group.
import { createRequire } from 'node:module'
import { readRecords } from '../record-lines.mjs'

const require = createRequire(`${process.env.INTEROP_NODE_MODULES}/`)
const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [bootstrap, verb, topic, ...rest] = process.argv.slice(2)
const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR })

async function withAdmin (work) {
  const admin = kafka.admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}

function headersOf (pairs) {
  const headers = {}
  for (const [name, value] of pairs) {
    (headers[name.toString()] ??= []).push(value)
  }
  return headers
}

const verbs = {
  create: () => withAdmin(async admin => {
    const [partitions, ...configs] = rest
    const configEntries = configs.map(pair => {
      const [name, value] = pair.split('=')
      return { name, value }
    })
    const created = await admin.createTopics({ topics: [{ topic, numPartitions: Number(partitions), configEntries }] })
    if (!created) {
      throw new Error('the topic exists')
    }
  }),
  delete: () => withAdmin(admin => admin.deleteTopics({ topics: [topic] })),
  list: () => withAdmin(async admin => console.log((await admin.listTopics()).join('\n'))),
  describe: () => withAdmin(async admin => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics[0].partitions.sort((a, b) => a.partitionId - b.partitionId)
    partitions.forEach(partition => console.log(`${partition.partitionId}\t${partition.leader}`))
  }),
  offset: () => withAdmin(async admin => {
    const [partition, where] = rest
    const offsets = where.startsWith('time:')
      ? await admin.fetchTopicOffsetsByTimestamp(topic, Number(where.slice(5)))
      : await admin.fetchTopicOffsets(topic)
    const found = offsets.find(entry => entry.partition === Number(partition))
    console.log(where === 'earliest' ? found.low : where === 'latest' ? found.high : found.offset)
  }),
  produce: async () => {
    const [partition, codec] = rest
    const producer = kafka.producer({ idempotent: true })
    await producer.connect()
    const messages = (await readRecords()).map(record =>
      ({ ...record, partition: Number(partition), headers: headersOf(record.headers) }))
    const compression = codec === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
    await producer.send({ topic, acks: -1, compression, messages })
    await producer.disconnect()
  }
}

await verbs[verb]()
