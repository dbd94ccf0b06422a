"""kafka-python as a foreign client; the command line is described in ../README.md."""
import base64
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic


def decode(text):
    return None if text == "~" else base64.b64decode(text)


def encode(data):
    return "~" if data is None else base64.b64encode(data).decode()


def decode_headers(text):
    pairs = [pair.split(":") for pair in text.split(",") if pair]
    return [(decode(name).decode(), decode(value)) for name, value in pairs]


def encode_headers(headers):
    return ",".join(f"{encode(name.encode())}:{encode(value)}" for name, value in headers)


def create(bootstrap, topic, partitions, *configs):
    settings = dict(pair.split("=", 1) for pair in configs)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, int(partitions), 1, topic_configs=settings)])


def delete(bootstrap, topic):
    KafkaAdminClient(bootstrap_servers=bootstrap).delete_topics([topic])


def list_topics(bootstrap):
    print("\n".join(KafkaAdminClient(bootstrap_servers=bootstrap).list_topics()))


def describe(bootstrap, topic):
    (description,) = KafkaAdminClient(bootstrap_servers=bootstrap).describe_topics([topic])
    if description["error_code"] != 0:
        sys.exit(f"error {description['error_code']}")
    for partition in sorted(description["partitions"], key=lambda p: p["partition"]):
        print(partition["partition"], partition["leader"], sep="\t")


def produce(bootstrap, topic, partition, codec):
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", compression_type=None if codec == "none" else codec, linger_ms=20)
    pending = []
    for line in sys.stdin:
        timestamp, key, value, headers = line.rstrip("\n").split("\t")
        pending.append(producer.send(
            topic, partition=int(partition), key=decode(key), value=decode(value), headers=decode_headers(headers),
            timestamp_ms=None if timestamp == "~" else int(timestamp)))
    producer.flush()
    for future in pending:
        future.get(timeout=10)
    producer.close()


def position(consumer, assigned, start):
    if start == "beginning":
        consumer.seek_to_beginning(assigned)
    elif start == "end":
        consumer.seek_to_end(assigned)
    elif start.startswith("offset:"):
        consumer.seek(assigned, int(start[7:]))
    else:
        consumer.seek(assigned, consumer.offsets_for_times({assigned: int(start[5:])})[assigned].offset)
    consumer.position(assigned)


def consume(bootstrap, topic, partition, start, count):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    assigned = TopicPartition(topic, int(partition))
    consumer.assign([assigned])
    position(consumer, assigned, start)
    print("ready", file=sys.stderr, flush=True)
    for _ in range(int(count)):
        record = next(consumer)
        print(record.offset, record.timestamp, encode(record.key), encode(record.value),
              encode_headers(record.headers), sep="\t")
    consumer.close()


def offset(bootstrap, topic, partition, where):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    asked = TopicPartition(topic, int(partition))
    if where == "earliest":
        print(consumer.beginning_offsets([asked])[asked])
    elif where == "latest":
        print(consumer.end_offsets([asked])[asked])
    else:
        found = consumer.offsets_for_times({asked: int(where[5:])})[asked]
        print(-1 if found is None else found.offset)


VERBS = {"create": create, "delete": delete, "list": list_topics, "describe": describe,
         "produce": produce, "consume": consume, "offset": offset}

if __name__ == "__main__":
    VERBS[sys.argv[2]](sys.argv[1], *sys.argv[3:])
