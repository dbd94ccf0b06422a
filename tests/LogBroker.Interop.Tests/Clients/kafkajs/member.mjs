// A member of a consumer group on kafkajs; ../README.md has the command line and what it prints. With the word "range" it
// brings an assignor of that name, so that it can share a group with the clients that have one.
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.INTEROP_NODE_MODULES}/`)
const { Kafka, AssignerProtocol, PartitionAssigners, logLevel } = require('kafkajs')

const [bootstrap, groupId, name, session, assignor] = process.argv.slice(2)
const topic = groupId
const say = (...words) => writeSync(1, `${[name, ...words].join(' ')}\n`)

const range = ({ cluster }) => ({
  name: 'range',
  version: 1,
  protocol: ({ topics }) => ({
    name: 'range',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) })
  }),
  assign: async ({ members }) => {
    const ids = members.map(member => member.memberId).sort()
    const partitions = cluster.findTopicPartitionMetadata(topic).map(partition => partition.partitionId).sort((a, b) => a - b)
    const first = place => Math.ceil(place * partitions.length / ids.length)
    return ids.map((memberId, place) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 0, assignment: { [topic]: partitions.slice(first(place), first(place + 1)) }, userData: Buffer.alloc(0)
      })
    }))
  }
})

const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 100 }
const kafka = new Kafka({ brokers: [bootstrap], clientId: name, logLevel: logLevel.ERROR, retry })
const consumer = kafka.consumer({
  groupId, sessionTimeout: Number(session), heartbeatInterval: 500, rebalanceTimeout: 30000, maxWaitTimeInMs: 200, retry,
  partitionAssigners: [assignor === 'range' ? range : PartitionAssigners.roundRobin]
})
let owned = []
const revoke = () => { say('revoked', owned.join(',')); owned = [] }
consumer.on(consumer.events.REBALANCING, revoke)
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
  owned = payload.memberAssignment[topic] ?? []
  say('assigned', owned.join(','))
})
process.on('SIGTERM', async () => {
  await consumer.stop()
  revoke()
  await consumer.disconnect()
  process.exit(0)
})

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
    for (const message of batch.messages) {
      if (!isRunning() || isStale()) return
      say('record', batch.partition, message.offset)
      resolveOffset(message.offset)
    }
    const offset = (BigInt(batch.lastOffset()) + 1n).toString()
    await consumer.commitOffsets([{ topic, partition: batch.partition, offset }])
    say('committed', batch.partition, offset)
    await heartbeat()
  }
})
