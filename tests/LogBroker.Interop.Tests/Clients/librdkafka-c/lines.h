/* The line form of records that ../README.md describes: base64 fields, '~' for null. */
#ifndef INTEROP_LINES_H
#define INTEROP_LINES_H

#include <stddef.h>
#include <stdio.h>

struct bytes {
    char *data; /* NULL is the null key or value */
    size_t length;
};

/* Decodes one field in place; the result points into the field. */
struct bytes decode_field(char *field);

void print_field(FILE *out, const void *data, size_t length);

#endif
