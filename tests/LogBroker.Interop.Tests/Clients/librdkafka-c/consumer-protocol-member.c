/* A member of a group of either protocol on librdkafka; ../consumer-protocol.md has the command line and the lines. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH = 50, LINE_BYTES = 4096, FIRST_SETTING = 5 };

static volatile sig_atomic_t stopping;
static const char *name;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

/* A line is one write: the lines of several members in one file do not tear, and stand in the order they were said. */
static void say(const char *format, ...) {
    char line[LINE_BYTES];
    int length = snprintf(line, sizeof line, "%s ", name);
    va_list values;
    va_start(values, format);
    length += vsnprintf(line + length, sizeof line - (size_t)length, format, values);
    va_end(values);
    line[length++] = '\n';
    if (write(STDOUT_FILENO, line, (size_t)length) != length) exit(3);
}

static void say_partitions(const char *what, const rd_kafka_topic_partition_list_t *partitions) {
    if (partitions->cnt == 0) return;
    char text[LINE_BYTES / 2];
    int length = 0;
    for (int i = 0; i < partitions->cnt; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%" PRId32, i ? "," : "", partitions->elems[i].partition);
    say("%s %s", what, text);
}

static void complain(const char *what, const char *problem) {
    fprintf(stderr, "%s %s: %s\n", name, what, problem);
}

static void check(rd_kafka_error_t *error) {
    if (!error) return;
    complain("assign", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
}

/* What was processed since the last commit. */
static rd_kafka_topic_partition_list_t *positions;

static void commit(rd_kafka_t *client) {
    if (positions->cnt == 0) return;
    rd_kafka_resp_err_t error = rd_kafka_commit(client, positions, 0);
    if (error) complain("commit", rd_kafka_err2str(error));
    for (int i = 0; !error && i < positions->cnt; i++) {
        if (positions->elems[i].err) complain("commit", rd_kafka_err2str(positions->elems[i].err));
        else say("committed %" PRId32 " %" PRId64, positions->elems[i].partition, positions->elems[i].offset);
    }
    rd_kafka_topic_partition_list_destroy(positions);
    positions = rd_kafka_topic_partition_list_new(BATCH);
}

static void process(const rd_kafka_message_t *message, const char *topic) {
    if (message->err) {
        complain("poll", rd_kafka_message_errstr(message));
        return;
    }
    say("record %" PRId32 " %" PRId64, message->partition, message->offset);
    rd_kafka_topic_partition_t *position = rd_kafka_topic_partition_list_find(positions, topic, message->partition);
    if (!position) position = rd_kafka_topic_partition_list_add(positions, topic, message->partition);
    position->offset = message->offset + 1;
}

static void rebalanced(
    rd_kafka_t *client, rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t *partitions, void *opaque) {
    (void)opaque;
    int is_incremental = !strcmp(rd_kafka_rebalance_protocol(client), "COOPERATIVE");
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        say_partitions("assigned", partitions);
        if (is_incremental) check(rd_kafka_incremental_assign(client, partitions));
        else rd_kafka_assign(client, partitions);
        return;
    }
    int is_lost = rd_kafka_assignment_lost(client);
    if (!is_lost) commit(client);
    say_partitions(is_lost ? "lost" : "revoked", partitions);
    if (is_incremental) check(rd_kafka_incremental_unassign(client, partitions));
    else rd_kafka_assign(client, NULL);
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value) {
    char problem[256];
    if (rd_kafka_conf_set(conf, key, value, problem, sizeof problem) == RD_KAFKA_CONF_OK) return;
    complain(key, problem);
    exit(1);
}

static rd_kafka_t *join(int argc, char **argv) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[1]);
    set(conf, "group.id", argv[2]);
    set(conf, "client.id", name);
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.auto.offset.store", "false");
    set(conf, "reconnect.backoff.max.ms", "500");
    set(conf, "log_level", "2");
    for (int i = FIRST_SETTING; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (!value) exit(1);
        *value = 0;
        set(conf, argv[i], value + 1);
    }
    rd_kafka_conf_set_rebalance_cb(conf, rebalanced);
    char problem[256];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, sizeof problem);
    if (!client) {
        complain("start", problem);
        exit(1);
    }
    rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[3], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(client, topics);
    if (error) complain("subscribe", rd_kafka_err2str(error));
    rd_kafka_topic_partition_list_destroy(topics);
    return client;
}

int main(int argc, char **argv) {
    if (argc < FIRST_SETTING) return 1;
    name = argv[4];
    signal(SIGTERM, stop);
    positions = rd_kafka_topic_partition_list_new(BATCH);
    rd_kafka_t *client = join(argc, argv);
    while (!stopping) {
        for (int i = 0, wait = 100; i < BATCH; i++, wait = 0) {
            rd_kafka_message_t *message = rd_kafka_consumer_poll(client, wait);
            if (!message) break;
            process(message, argv[3]);
            rd_kafka_message_destroy(message);
        }
        commit(client);
    }
    rd_kafka_consumer_close(client);
    say("closed");
    rd_kafka_topic_partition_list_destroy(positions);
    rd_kafka_destroy(client);
    return 0;
}
