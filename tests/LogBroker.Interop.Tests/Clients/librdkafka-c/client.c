/* librdkafka's C API as a foreign client; the command line is described in ../README.md. */
#include "lines.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 20000 };

static char problem[512];
static int undelivered;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(rd_kafka_resp_err_t error, const char *what) {
    if (error) fail(what, rd_kafka_err2str(error));
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    if (rd_kafka_conf_set(conf, name, value, problem, sizeof problem) != RD_KAFKA_CONF_OK) fail(name, problem);
}

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) {
        fprintf(stderr, "not delivered: %s\n", rd_kafka_err2str(message->err));
        undelivered++;
    }
}

static rd_kafka_t *open_client(rd_kafka_type_t type, const char *bootstrap, const char *codec) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    if (type == RD_KAFKA_PRODUCER) {
        set(conf, "enable.idempotence", "true");
        set(conf, "compression.codec", codec);
        rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    } else {
        set(conf, "group.id", "unused");
        set(conf, "enable.auto.commit", "false");
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, problem, sizeof problem);
    if (!client) fail("client", problem);
    return client;
}

static const rd_kafka_topic_result_t *await_topic(rd_kafka_queue_t *queue) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
    if (!event) fail("admin", "no answer");
    check(rd_kafka_event_error(event), "admin");
    size_t count;
    const rd_kafka_topic_result_t **topics = rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT
        ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        : rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    return topics[0];
}

static void create_topic(rd_kafka_t *client, const char *topic, int partitions, int pairs, char **pair) {
    rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, partitions, 1, problem, sizeof problem);
    if (!wanted) fail("create", problem);
    for (int i = 0; i < pairs; i++) {
        char *value = strchr(pair[i], '=');
        *value = 0;
        check(rd_kafka_NewTopic_set_config(wanted, pair[i], value + 1), "config");
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &wanted, 1, NULL, queue);
    check(rd_kafka_topic_result_error(await_topic(queue)), "create");
}

static void delete_topic(rd_kafka_t *client, const char *topic) {
    rd_kafka_DeleteTopic_t *unwanted = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_DeleteTopics(client, &unwanted, 1, NULL, queue);
    check(rd_kafka_topic_result_error(await_topic(queue)), "delete");
}

static void print_metadata(rd_kafka_t *client, const char *topic) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *only = topic ? rd_kafka_topic_new(client, topic, NULL) : NULL;
    check(rd_kafka_metadata(client, !only, only, &metadata, TIMEOUT_MS), "metadata");
    for (int t = 0; t < metadata->topic_cnt; t++) {
        const rd_kafka_metadata_topic_t *found = &metadata->topics[t];
        check(found->err, found->topic);
        if (!topic) printf("%s\n", found->topic);
        for (int p = 0; topic && p < found->partition_cnt; p++)
            printf("%d\t%d\n", found->partitions[p].id, found->partitions[p].leader);
    }
    if (only) rd_kafka_topic_destroy(only);
}

static int64_t offset_at(rd_kafka_t *client, const char *topic, int partition, const char *where) {
    int64_t low, high;
    if (strncmp(where, "offset:", 7) == 0) return atoll(where + 7);
    if (strncmp(where, "time:", 5) != 0) {
        check(rd_kafka_query_watermark_offsets(client, topic, partition, &low, &high, TIMEOUT_MS), "watermarks");
        return strcmp(where, "beginning") == 0 || strcmp(where, "earliest") == 0 ? low : high;
    }
    rd_kafka_topic_partition_list_t *asked = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(asked, topic, partition)->offset = atoll(where + 5);
    check(rd_kafka_offsets_for_times(client, asked, TIMEOUT_MS), "offsets for times");
    return asked->elems[0].offset;
}

static rd_kafka_headers_t *parse_headers(char *field) {
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
    for (char *pair; (pair = strsep(&field, ",")) && *pair;) {
        struct bytes name = decode_field(strsep(&pair, ":")), value = decode_field(pair);
        check(rd_kafka_header_add(headers, name.data, (ssize_t)name.length, value.data, (ssize_t)value.length), "header");
    }
    return headers;
}

static void produce(rd_kafka_t *client, const char *topic, int partition) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        line[length - 1] = 0;
        char *rest = line, *timestamp = strsep(&rest, "\t"), *key_field = strsep(&rest, "\t"), *value_field = strsep(&rest, "\t");
        struct bytes key = decode_field(key_field), value = decode_field(value_field);
        check(rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_KEY(key.data, key.length), RD_KAFKA_V_VALUE(value.data, value.length),
            RD_KAFKA_V_TIMESTAMP(*timestamp == '~' ? 0 : atoll(timestamp)), RD_KAFKA_V_HEADERS(parse_headers(rest)),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END), "produce");
    }
    check(rd_kafka_flush(client, TIMEOUT_MS), "flush");
    if (undelivered) fail("produce", "not every record was delivered");
}

static void print_message(rd_kafka_message_t *message) {
    printf("%lld\t%lld\t", (long long)message->offset, (long long)rd_kafka_message_timestamp(message, NULL));
    print_field(stdout, message->key, message->key_len);
    fputc('\t', stdout);
    print_field(stdout, message->payload, message->len);
    fputc('\t', stdout);
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (!rd_kafka_message_headers(message, &headers))
        for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++) {
            if (i) fputc(',', stdout);
            print_field(stdout, name, strlen(name));
            fputc(':', stdout);
            print_field(stdout, value, size);
        }
    fputc('\n', stdout);
}

static void consume(rd_kafka_t *client, const char *topic, int partition, const char *from, long count) {
    rd_kafka_topic_partition_list_t *assigned = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(assigned, topic, partition)->offset = offset_at(client, topic, partition, from);
    check(rd_kafka_assign(client, assigned), "assign");
    fprintf(stderr, "ready\n");
    while (count > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, TIMEOUT_MS);
        if (!message) fail("consume", "nothing came");
        check(message->err, "consume");
        print_message(message);
        rd_kafka_message_destroy(message);
        count--;
    }
}

int main(int argc, char **argv) {
    if (argc < 3) fail("usage", "client BOOTSTRAP VERB ...");
    const char *verb = argv[2], *topic = argc > 3 ? argv[3] : NULL;
    int producing = strcmp(verb, "produce") == 0, number = argc > 4 ? atoi(argv[4]) : 0;
    rd_kafka_t *client = open_client(producing ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, argv[1], producing ? argv[5] : "none");
    if (producing) produce(client, topic, number);
    else if (strcmp(verb, "create") == 0) create_topic(client, topic, number, argc - 5, argv + 5);
    else if (strcmp(verb, "delete") == 0) delete_topic(client, topic);
    else if (strcmp(verb, "list") == 0) print_metadata(client, NULL);
    else if (strcmp(verb, "describe") == 0) print_metadata(client, topic);
    else if (strcmp(verb, "consume") == 0) consume(client, topic, number, argv[5], atol(argv[6]));
    else if (strcmp(verb, "offset") == 0) printf("%lld\n", (long long)offset_at(client, topic, number, argv[5]));
    else fail("unknown verb", verb);
    return 0;
}
