// group_of_kafkajs.mjs BOOTSTRAP TOPIC: what kafkajs sends as a group member, in a transaction and as an administrator.
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.INTEROP_NODE_MODULES}/`)
const { Kafka, logLevel } = require('kafkajs')

const [bootstrap, topic] = process.argv.slice(2)
const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
const groupId = 'captured-by-kafkajs'

const consumer = kafka.consumer({ groupId })
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
let seen = 0
await new Promise(resolve => consumer.run({ eachMessage: async () => ++seen === 3 && resolve() }))
await consumer.disconnect()

const producer = kafka.producer({ transactionalId: 'captured-by-kafkajs', idempotent: true, maxInFlightRequests: 1 })
await producer.connect()
const transaction = await producer.transaction()
await transaction.send({ topic, messages: [{ key: 'in', value: 'a transaction' }] })
await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }] })
await transaction.commit()
await producer.disconnect()

const admin = kafka.admin()
await admin.connect()
await admin.describeCluster()
await admin.listGroups()
await admin.describeGroups([groupId])
await admin.fetchOffsets({ groupId, topics: [topic] })
await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '0' }] })
await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
await admin.describeConfigs({ includeSynonyms: true, resources: [{ type: 2, name: topic }] })
await admin.alterConfigs({ validateOnly: true, resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '60000' }] }] })
await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '1' }] })
await admin.deleteGroups([groupId])
await admin.disconnect()
