/* A member of a consumer group on librdkafka; ../README.md has the command line and what it prints. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;
static const char *name;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void fail(const char *what, const char *problem) {
    fprintf(stderr, "%s: %s\n", what, problem);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *setting, const char *value) {
    char problem[256];
    if (rd_kafka_conf_set(conf, setting, value, problem, sizeof problem) != RD_KAFKA_CONF_OK) fail(setting, problem);
}

static void say_partitions(const char *what, const rd_kafka_topic_partition_list_t *partitions) {
    char line[4096];
    int length = snprintf(line, sizeof line, "%s %s ", name, what);
    for (int i = 0; i < partitions->cnt; i++)
        length += snprintf(line + length, sizeof line - length, "%s%" PRId32, i ? "," : "", partitions->elems[i].partition);
    printf("%s\n", line);
}

static void rebalanced(rd_kafka_t *client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *partitions, void *opaque) {
    (void)opaque;
    int is_given = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    int is_cooperative = strcmp(rd_kafka_rebalance_protocol(client), "COOPERATIVE") == 0;
    say_partitions(is_given ? "assigned" : "revoked", partitions);
    rd_kafka_error_t *error = NULL;
    if (!is_cooperative) rd_kafka_assign(client, is_given ? partitions : NULL);
    else if (is_given) error = rd_kafka_incremental_assign(client, partitions);
    else error = rd_kafka_incremental_unassign(client, partitions);
    if (error) fail("rebalance", rd_kafka_error_string(error));
}

static rd_kafka_t *open_member(int settings, char **setting, const char *bootstrap, const char *group, const char *session) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "group.id", group);
    set(conf, "client.id", name);
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.auto.commit", "false");
    set(conf, "session.timeout.ms", session);
    set(conf, "heartbeat.interval.ms", "500");
    set(conf, "reconnect.backoff.max.ms", "500");
    for (int i = 0; i < settings; i++) {
        char *value = strchr(setting[i], '=');
        *value = 0;
        set(conf, setting[i], value + 1);
    }
    rd_kafka_conf_set_rebalance_cb(conf, rebalanced);
    char problem[256];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, sizeof problem);
    if (!client) fail("client", problem);
    rd_kafka_poll_set_consumer(client);
    return client;
}

static void process(rd_kafka_t *client, rd_kafka_message_t *message) {
    printf("%s record %" PRId32 " %" PRId64 "\n", name, message->partition, message->offset);
    rd_kafka_resp_err_t error = rd_kafka_commit_message(client, message, 0);
    if (!error) printf("%s committed %" PRId32 " %" PRId64 "\n", name, message->partition, message->offset + 1);
    else fprintf(stderr, "%s commit: %s\n", name, rd_kafka_err2str(error));
}

int main(int argc, char **argv) {
    if (argc < 5) fail("usage", "member BOOTSTRAP GROUP NAME SESSION [setting=value ...]");
    setvbuf(stdout, NULL, _IOLBF, 1 << 14);
    name = argv[3];
    signal(SIGTERM, stop);
    rd_kafka_t *client = open_member(argc - 5, argv + 5, argv[1], argv[2], argv[4]);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[2], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(client, topics);
    if (error) fail("subscribe", rd_kafka_err2str(error));
    while (!stopping) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 100);
        if (message && !message->err) process(client, message);
        else if (message) fprintf(stderr, "%s poll: %s\n", name, rd_kafka_message_errstr(message));
        if (message) rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return 0;
}
