/* Tells a group's state through librdkafka's admin client:
 *   group BOOTSTRAP GROUP
 * prints "state STATE", "member CLIENT_ID 0,1,2" for each member, and "committed PARTITION OFFSET" for each offset. Every
 * group of these tests reads one topic, so partitions are told by number alone. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 10000 };

static void fail(const char *what, const char *problem) {
    fprintf(stderr, "%s: %s\n", what, problem);
    exit(1);
}

static rd_kafka_event_t *await_event(rd_kafka_queue_t *queue) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
    if (!event) fail("admin", "no answer");
    if (rd_kafka_event_error(event)) fail("admin", rd_kafka_event_error_string(event));
    return event;
}

static void print_member(const rd_kafka_MemberDescription_t *member) {
    const rd_kafka_topic_partition_list_t *owned =
        rd_kafka_MemberAssignment_partitions(rd_kafka_MemberDescription_assignment(member));
    printf("member %s ", rd_kafka_MemberDescription_client_id(member));
    for (int i = 0; owned && i < owned->cnt; i++) printf("%s%" PRId32, i ? "," : "", owned->elems[i].partition);
    printf("\n");
}

static void print_members(rd_kafka_t *client, const char *group) {
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_DescribeConsumerGroups(client, &group, 1, NULL, queue);
    rd_kafka_event_t *event = await_event(queue);
    size_t count;
    const rd_kafka_ConsumerGroupDescription_t **found =
        rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count);
    const rd_kafka_error_t *error = rd_kafka_ConsumerGroupDescription_error(found[0]);
    if (error) fail("describe", rd_kafka_error_string(error));
    printf("state %s\n", rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(found[0])));
    for (size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(found[0]); i++)
        print_member(rd_kafka_ConsumerGroupDescription_member(found[0], i));
}

static void print_offsets(rd_kafka_t *client, const char *group) {
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_ListConsumerGroupOffsets_t *asked = rd_kafka_ListConsumerGroupOffsets_new(group, NULL);
    rd_kafka_ListConsumerGroupOffsets(client, &asked, 1, NULL, queue);
    rd_kafka_event_t *event = await_event(queue);
    size_t count;
    const rd_kafka_group_result_t **found =
        rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
    if (rd_kafka_group_result_error(found[0])) fail("offsets", rd_kafka_error_string(rd_kafka_group_result_error(found[0])));
    const rd_kafka_topic_partition_list_t *offsets = rd_kafka_group_result_partitions(found[0]);
    for (int i = 0; offsets && i < offsets->cnt; i++)
        printf("committed %" PRId32 " %" PRId64 "\n", offsets->elems[i].partition, offsets->elems[i].offset);
}

int main(int argc, char **argv) {
    if (argc != 3) fail("usage", "group BOOTSTRAP GROUP");
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char problem[256];
    rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], problem, sizeof problem);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    if (!client) fail("client", problem);
    print_members(client, argv[2]);
    print_offsets(client, argv[2]);
    return 0;
}
