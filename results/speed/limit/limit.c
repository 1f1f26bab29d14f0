/* How fast the same work can be done in C: M/M/c, first come first served, with
 * nothing measured but the mean wait. Four kernels, of two kinds:
 *
 *   recursion  a task starts when it has arrived and a server is free
 *     kwsort   c = 1
 *     kwint8   c = 8: sorted times, as the bits of the floats, which order as integers
 *   events     completions in a list, the next arrival beside it
 *     tree     c = 1
 *     scan     c = 8
 *
 * usage: limit KERNEL SERVERS TASKS SEED
 * It prints the mean wait, the exact one, and the CPU nanoseconds of a task. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct { uint64_t s0, s1, s2, s3; } rng; /* xoshiro256++ */

static inline uint64_t rotl(uint64_t x, int k) { return x << k | x >> (64 - k); }

static inline uint64_t next(rng *r)
{
	uint64_t out = rotl(r->s0 + r->s3, 23) + r->s0, t = r->s1 << 17;
	r->s2 ^= r->s0;
	r->s3 ^= r->s1;
	r->s1 ^= r->s2;
	r->s0 ^= r->s3;
	r->s2 ^= t;
	r->s3 = rotl(r->s3, 45);
	return out;
}

static void seed(rng *r, uint64_t x)
{
	uint64_t *s[4] = {&r->s0, &r->s1, &r->s2, &r->s3};
	for (int i = 0; i < 4; i++) { /* splitmix64 */
		uint64_t z = x += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		*s[i] = z ^ z >> 31;
	}
}

/* the exponential ziggurat of Marsaglia and Tsang, 256 layers, 53 bits */
#define EDGE 7.69711747013104972
#define AREA 0.0039496598225815571993
static double edge[257], height[257], width[256];
static uint64_t inside[256];

static void ziggurat(void)
{
	edge[0] = AREA / exp(-EDGE);
	edge[1] = EDGE;
	for (int i = 2; i < 256; i++)
		edge[i] = -log(AREA / edge[i - 1] + exp(-edge[i - 1]));
	for (int i = 0; i <= 256; i++)
		height[i] = exp(-edge[i]);
	for (int i = 0; i < 256; i++) {
		width[i] = edge[i] * 0x1p-53;
		inside[i] = edge[i + 1] / edge[i] * 0x1p53;
	}
}

static double uniform(rng *r) { return ((next(r) >> 11) + 0.5) * 0x1p-53; }

static __attribute__((noinline)) double at_edge(rng *r, uint64_t i, double x)
{
	for (;;) {
		if (i == 0)
			return EDGE - log(uniform(r));
		if (height[i] + uniform(r) * (height[i + 1] - height[i]) < exp(-x))
			return x;
		uint64_t b = next(r), m = b >> 11;
		i = b & 255;
		x = m * width[i];
		if (m < inside[i])
			return x;
	}
}

static inline double exponential(rng *r)
{
	uint64_t b = next(r), i = b & 255, m = b >> 11;
	double x = m * width[i];
	return __builtin_expect(m < inside[i], 1) ? x : at_edge(r, i, x);
}

/* arrivals that wait */
static double *ring;
static uint64_t mask = (1 << 16) - 1, head, tail;

static inline void push(double t)
{
	if (__builtin_expect(tail - head > mask, 0)) {
		uint64_t wider = 2 * mask + 1;
		double *q = malloc((wider + 1) * sizeof *q);
		for (uint64_t i = head; i < tail; i++)
			q[i & wider] = ring[i & mask];
		free(ring);
		ring = q;
		mask = wider;
	}
	ring[tail++ & mask] = t;
}

static double kwsort(double gap, double service, uint64_t n, rng *ra, rng *rs)
{
	double sum = 0, t = 0, f = 0;
	for (uint64_t i = 0; i < n; i++) {
		t += exponential(ra) * gap;
		double s = f > t ? f : t;
		sum += s - t;
		f = s + exponential(rs) * service;
	}
	return sum / n;
}

static inline int64_t key(double t) { int64_t k; memcpy(&k, &t, 8); return k; }
static inline double instant(int64_t k) { double t; memcpy(&t, &k, 8); return t; }

#define BLOCK 1024

static void fill(rng *r, double *x, double mean)
{
	rng q = *r;
	for (int i = 0; i < BLOCK; i++)
		x[i] = exponential(&q) * mean;
	*r = q;
}

static double kwint8(double gap, double service, uint64_t n, rng *ra, rng *rs)
{
	static double gaps[BLOCK], services[BLOCK];
	double sum = 0, t = 0;
	int64_t f0 = 0, f1 = 0, f2 = 0, f3 = 0, f4 = 0, f5 = 0, f6 = 0, f7 = 0;
	uint64_t done = 0;
	for (; done < n; done += BLOCK) {
		fill(ra, gaps, gap);
		fill(rs, services, service);
		for (int k = 0; k < BLOCK; k++) {
			t += gaps[k];
			double f = instant(f0), s = f > t ? f : t;
			sum += s - t;
			int64_t x = key(s + services[k]);
#define EXCHANGE(a, b) { int64_t y = b; a = x < y ? x : y; x = x < y ? y : x; }
			EXCHANGE(f0, f1) EXCHANGE(f1, f2) EXCHANGE(f2, f3) EXCHANGE(f3, f4)
			EXCHANGE(f4, f5) EXCHANGE(f5, f6) EXCHANGE(f6, f7)
			f7 = x;
		}
	}
	return sum / done;
}

/* a winner tree over the servers; idle ones are at infinity */
static inline __attribute__((always_inline)) void set(double *keys, uint16_t *winners, int size, int server, double t)
{
	int i = size + server;
	keys[i] = t;
	for (i >>= 1; i; i >>= 1) {
		int left = keys[2 * i] <= keys[2 * i + 1];
		keys[i] = left ? keys[2 * i] : keys[2 * i + 1];
		winners[i] = left ? winners[2 * i] : winners[2 * i + 1];
	}
}

static double tree(int c, double gap, double service, uint64_t n, rng *ra, rng *rs)
{
	double keys[256];
	uint16_t winners[256];
	int size = 1, idle[128], ni = c;
	while (size < c)
		size *= 2;
	for (int i = 0; i < 2 * size; i++)
		keys[i] = INFINITY;
	for (int i = 0; i < size; i++)
		winners[size + i] = i;
	for (int i = size - 1; i; i--)
		winners[i] = winners[2 * i];
	for (int i = 0; i < c; i++)
		idle[i] = i;
	double sum = 0, arrival = exponential(ra) * gap;
	uint64_t started = 0;
	while (started < n) {
		if (arrival < keys[1]) {
			double now = arrival;
			arrival = now + exponential(ra) * gap;
			if (ni) {
				int s = idle[--ni];
				started++;
				set(keys, winners, size, s, now + exponential(rs) * service);
			} else
				push(now);
		} else {
			double now = keys[1];
			int s = winners[1];
			if (head != tail) {
				sum += now - ring[head++ & mask];
				started++;
				set(keys, winners, size, s, now + exponential(rs) * service);
			} else {
				idle[ni++] = s;
				set(keys, winners, size, s, INFINITY);
			}
		}
	}
	return sum / n;
}

/* all servers are looked at for the next completion */
static double scan(int c, double gap, double service, uint64_t n, rng *ra, rng *rs)
{
	double done[128], sum = 0, first = INFINITY, arrival = exponential(ra) * gap;
	int idle[128], ni = c, which = 0;
	for (int i = 0; i < 128; i++)
		done[i] = INFINITY;
	for (int i = 0; i < c; i++)
		idle[i] = i;
	uint64_t started = 0;
	while (started < n) {
		if (arrival < first) {
			double now = arrival;
			arrival = now + exponential(ra) * gap;
			if (ni) {
				int s = idle[--ni];
				started++;
				double t = now + exponential(rs) * service;
				done[s] = t;
				if (t < first) {
					first = t;
					which = s;
				}
			} else
				push(now);
		} else {
			double now = first;
			if (head != tail) {
				sum += now - ring[head++ & mask];
				started++;
				done[which] = now + exponential(rs) * service;
			} else {
				done[which] = INFINITY;
				idle[ni++] = which;
			}
			first = done[0];
			which = 0;
			for (int i = 1; i < c; i++) {
				int less = done[i] < first;
				first = less ? done[i] : first;
				which = less ? i : which;
			}
		}
	}
	return sum / n;
}

static double exact(double lambda, double mu, int c) /* Erlang C */
{
	double a = lambda / mu, term = 1, sum = 1;
	for (int k = 1; k < c; k++)
		sum += term *= a / k;
	term *= a / c;
	double rho = a / c, waits = term / (1 - rho) / (sum + term / (1 - rho));
	return waits / (c * mu - lambda);
}

static double cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: limit kwsort|kwint8|tree|scan SERVERS TASKS SEED\n");
		return 2;
	}
	const char *kernel = argv[1];
	int c = atoi(argv[2]);
	uint64_t n = strtod(argv[3], 0), number = strtoull(argv[4], 0, 10);
	double mu = 100, lambda = (c == 1 ? 0.8 : 0.95) * c * mu, wait;
	rng ra, rs;
	seed(&ra, number * 2 + 1);
	seed(&rs, number * 2 + 12345678901);
	ziggurat();
	ring = malloc((mask + 1) * sizeof *ring);
	double begun = cpu();
	if (!strcmp(kernel, "kwsort") && c == 1)
		wait = kwsort(1 / lambda, 1 / mu, n, &ra, &rs);
	else if (!strcmp(kernel, "kwint8") && c == 8)
		wait = kwint8(1 / lambda, 1 / mu, n, &ra, &rs);
	else if (!strcmp(kernel, "tree") && c <= 64)
		wait = tree(c, 1 / lambda, 1 / mu, n, &ra, &rs);
	else if (!strcmp(kernel, "scan") && c <= 64)
		wait = scan(c, 1 / lambda, 1 / mu, n, &ra, &rs);
	else
		return 2;
	double ended = cpu();
	printf("%s c=%d wait=%.6g exact=%.6g ns/cust=%.2f\n", kernel, c, wait, exact(lambda, mu, c), (ended - begun) * 1e9 / n);
	return 0;
}
