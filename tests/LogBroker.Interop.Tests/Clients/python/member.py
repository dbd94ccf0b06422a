"""A member of a consumer group on kafka-python; ../README.md has the command line and what it prints."""
import os
import signal
import sys

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata
from kafka.errors import KafkaError

bootstrap, group, name, session = sys.argv[1:5]
stopping = False


def say(*words):
    os.write(1, (" ".join(map(str, (name, *words))) + "\n").encode())


def say_partitions(what, partitions):
    say(what, ",".join(str(partition.partition) for partition in partitions))


class Listener(ConsumerRebalanceListener):
    def on_partitions_assigned(self, assigned):
        say_partitions("assigned", assigned)

    def on_partitions_revoked(self, revoked):
        say_partitions("revoked", revoked)


def stop(*_):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
consumer = KafkaConsumer(
    bootstrap_servers=bootstrap, group_id=group, client_id=name, auto_offset_reset="earliest", enable_auto_commit=False,
    session_timeout_ms=int(session), heartbeat_interval_ms=500, reconnect_backoff_max_ms=500)
consumer.subscribe([group], listener=Listener())
while not stopping:
    for partition, records in consumer.poll(timeout_ms=100).items():
        for record in records:
            say("record", partition.partition, record.offset)
        position = records[-1].offset + 1
        try:
            consumer.commit({partition: OffsetAndMetadata(position, "")})
            say("committed", partition.partition, position)
        except KafkaError as problem:
            print(name, "commit:", problem, file=sys.stderr, flush=True)
say_partitions("revoked", consumer.assignment())
consumer.close(autocommit=False)
