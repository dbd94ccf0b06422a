/* An idempotent acks=all producer that never gives up:
 *   stress BOOTSTRAP TOPIC PARTITIONS RATE ACKS_FILE
 * sends numbered records of 100 bytes, RATE a second over all partitions, until SIGTERM; then waits for the last answers.
 * Record i of partition p has the value "i" padded with dots. Each acknowledgement is one line "p i offset" in ACKS_FILE,
 * written before the next is looked at, so that a line says: the broker has promised this record. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_BYTES = 100, MAX_PARTITIONS = 64 };

static volatile sig_atomic_t stopping;
static FILE *acks;
static long refused;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) {
        refused++;
        fprintf(stderr, "refused: %s\n", rd_kafka_err2str(message->err));
        return;
    }
    fprintf(acks, "%" PRId32 " %" PRIdPTR " %" PRId64 "\n", message->partition, (intptr_t)message->_private, message->offset);
}

static void failed(rd_kafka_t *client, int error, const char *reason, void *opaque) {
    (void)opaque;
    if (error != RD_KAFKA_RESP_ERR__FATAL) return;
    char text[512];
    rd_kafka_resp_err_t cause = rd_kafka_fatal_error(client, text, sizeof text);
    fprintf(stderr, "fatal: %s: %s (%s)\n", rd_kafka_err2name(cause), text, reason);
    exit(2);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char problem[256];
    if (rd_kafka_conf_set(conf, name, value, problem, sizeof problem) == RD_KAFKA_CONF_OK) return;
    fprintf(stderr, "%s\n", problem);
    exit(1);
}

static rd_kafka_t *open_producer(const char *bootstrap) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "enable.idempotence", "true");
    set(conf, "acks", "all");
    set(conf, "linger.ms", "5");
    set(conf, "message.timeout.ms", "0");
    set(conf, "reconnect.backoff.ms", "20");
    set(conf, "reconnect.backoff.max.ms", "200");
    set(conf, "retry.backoff.ms", "20");
    set(conf, "queue.buffering.max.messages", "20000");
    set(conf, "log_level", "2");
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_conf_set_error_cb(conf, failed);
    char problem[256];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    if (client) return client;
    fprintf(stderr, "%s\n", problem);
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 6 || atoi(argv[3]) > MAX_PARTITIONS) return 1;
    int partitions = atoi(argv[3]);
    double rate = atof(argv[4]), start = seconds();
    intptr_t next[MAX_PARTITIONS] = {0};
    acks = fopen(argv[5], "w");
    setvbuf(acks, NULL, _IOLBF, 1 << 16);
    signal(SIGTERM, stop);
    rd_kafka_t *client = open_producer(argv[1]);
    for (int64_t sent = 0; !stopping;) {
        rd_kafka_poll(client, (double)sent > (seconds() - start) * rate ? 5 : 0);
        if ((double)sent > (seconds() - start) * rate) continue;
        int partition = (int)(sent % partitions);
        char value[RECORD_BYTES + 1];
        int length = snprintf(value, sizeof value, "%" PRIdPTR, next[partition]);
        memset(value + length, '.', (size_t)(RECORD_BYTES - length));
        rd_kafka_resp_err_t error = rd_kafka_producev(client, RD_KAFKA_V_TOPIC(argv[2]), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_VALUE(value, RECORD_BYTES), RD_KAFKA_V_OPAQUE((void *)next[partition]),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(client, 20);
            continue;
        }
        if (error) {
            fprintf(stderr, "produce: %s\n", rd_kafka_err2str(error));
            return 1;
        }
        next[partition]++;
        sent++;
    }
    rd_kafka_flush(client, 60000);
    fprintf(stderr, "left in the queue: %d, refused: %ld\n", rd_kafka_outq_len(client), refused);
    return rd_kafka_outq_len(client) || refused ? 3 : 0;
}
