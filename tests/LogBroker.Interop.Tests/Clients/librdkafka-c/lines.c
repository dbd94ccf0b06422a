#include "lines.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct bytes decode_field(char *field) {
    struct bytes result = {NULL, 0};
    if (strcmp(field, "~") == 0) return result;
    unsigned accumulator = 0;
    int bits = 0;
    result.data = field;
    for (const char *in = field; *in && *in != '='; in++) {
        accumulator = accumulator << 6 | (unsigned)(strchr(alphabet, *in) - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            field[result.length++] = (char)(accumulator >> bits & 0xff);
        }
    }
    return result;
}

void print_field(FILE *out, const void *data, size_t length) {
    if (!data) {
        fputc('~', out);
        return;
    }
    const unsigned char *in = data;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)in[i] << 16 | (left > 1 ? in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
        fputc(alphabet[group >> 18], out);
        fputc(alphabet[group >> 12 & 63], out);
        fputc(left > 1 ? alphabet[group >> 6 & 63] : '=', out);
        fputc(left > 2 ? alphabet[group & 63] : '=', out);
    }
}
