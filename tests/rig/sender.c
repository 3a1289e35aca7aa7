/* Sends the frames of a capture over and over: sender INTERFACE FILE.pcap SECONDS [PACKETS_PER_SECOND [BATCH]].
 * They pass by the queues of the interface (PACKET_QDISC_BYPASS), a batch with one call (sendmmsg). Without a rate it
 * sends as fast as it can. It says how many the kernel took, in how many seconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#define MOST_BATCH 1024

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

int main(int count, char **words)
{
    if (count < 4) {
        fprintf(stderr, "usage: sender INTERFACE FILE.pcap SECONDS [PACKETS_PER_SECOND [BATCH]]\n");
        return 2;
    }

    double seconds = atof(words[3]), rate = count > 4 ? atof(words[4]) : 0;
    int batch = count > 5 ? atoi(words[5]) : 256;
    if (batch < 1 || batch > MOST_BATCH) {
        batch = MOST_BATCH;
    }

    FILE *file = fopen(words[2], "rb");
    if (!file) {
        die(words[2]);
    }

    fseek(file, 0, SEEK_END);
    size_t length = ftell(file);
    rewind(file);
    uint8_t *octets = malloc(length);
    if (!octets || fread(octets, 1, length, file) != length) {
        die("read");
    }

    size_t frames = 0, room = 1 << 20;
    struct iovec *vectors = malloc(room * sizeof *vectors);
    for (size_t at = 24; at + 16 <= length; frames++) {
        uint32_t captured;
        memcpy(&captured, octets + at + 8, sizeof captured);
        if (captured > length - at - 16) {
            break;
        }

        if (frames == room) {
            vectors = realloc(vectors, (room *= 2) * sizeof *vectors);
        }

        vectors[frames] = (struct iovec){ octets + at + 16, captured };
        at += 16 + captured;
    }

    int out = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
    struct sockaddr_ll place = { .sll_family = AF_PACKET, .sll_protocol = 0, .sll_ifindex = if_nametoindex(words[1]) };
    if (out < 0 || bind(out, (struct sockaddr *)&place, sizeof place)
        || setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one)) {
        die(words[1]);
    }

    static struct mmsghdr messages[MOST_BATCH];
    uint64_t sent = 0, refused = 0;
    size_t next = 0;
    double start = now(), end = start + seconds, time;
    while ((time = now()) < end) {
        int many = batch;
        if (rate > 0) {
            double due = (time - start) * rate - sent;
            if (due < 1) {
                struct timespec pause = { 0, 200000 };
                nanosleep(&pause, NULL);
                continue;
            }

            many = due < batch ? (int)due : batch;
        }

        for (int i = 0; i < many; i++) {
            messages[i].msg_hdr.msg_iov = &vectors[(next + i) % frames];
            messages[i].msg_hdr.msg_iovlen = 1;
        }

        int taken = sendmmsg(out, messages, many, 0);
        if (taken < 0) {
            refused++;
            continue;
        }

        sent += taken;
        next = (next + taken) % frames;
    }

    printf("{\"sent\": %llu, \"seconds\": %.3f, \"refused\": %llu}\n",
        (unsigned long long)sent, now() - start, (unsigned long long)refused);
    return 0;
}
