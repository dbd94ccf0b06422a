"""group_of_python.py BOOTSTRAP TOPIC: what kafka-python sends as a group member and as an administrator of groups."""
import sys

from kafka import KafkaConsumer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions

bootstrap, topic = sys.argv[1:]
consumer = KafkaConsumer(
    topic, bootstrap_servers=bootstrap, group_id="captured-by-python", auto_offset_reset="earliest", consumer_timeout_ms=8000)
for _ in range(3):
    next(consumer)
consumer.commit()
consumer.close()

admin = KafkaAdminClient(bootstrap_servers=bootstrap)
admin.list_consumer_groups()
admin.describe_consumer_groups(["captured-by-python"])
admin.list_consumer_group_offsets("captured-by-python")
admin.create_partitions({topic: NewPartitions(3)})
resource = ConfigResource(ConfigResourceType.TOPIC, topic)
admin.describe_configs([resource])
admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "60000"})])
admin.describe_cluster()
admin.delete_consumer_groups(["captured-by-python"])
