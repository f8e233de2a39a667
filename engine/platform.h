/* SPDX-License-Identifier: MIT */
/*
 * platform.h - the machine, as the engine sees it: plain functions, chosen at link time.
 *
 * Times are ns. Functions that can fail return -errno unless they say otherwise.
 */
#ifndef ENGINE_PLATFORM_H
#define ENGINE_PLATFORM_H

#include "base/error.h"
#include "base/pool.h"

struct batch;
struct thread;
struct watch;
struct ip_addr;

/* The thread that runs; set by the platform before it enters the engine. */
extern _Thread_local struct thread *thread_current;

/* --- clocks, memory, console --- */

int64_t platform_wall(void);   /* since 1970 */
int64_t platform_steady(void); /* monotonic, arbitrary start */
uint64_t platform_cycles(void); /* a fast counter of CPU time */

void *platform_pages(size_t size); /* zeroed, page-aligned; NULL: none left */
void platform_pages_free(void *p, size_t size);
/*
 * Memory that goes with an instance when that fails, and what it was at cannot be known: all that
 * is allocated between platform_memory_set(owner) and platform_memory_set(0), and by threads that
 * are started in between. 0: the machine's; platforms that cannot do it have no other.
 */
unsigned platform_memory_new(void);
unsigned platform_memory_set(unsigned owner); /* returns what was set before */
void platform_memory_end(unsigned owner);     /* of an instance that has freed its own */
void platform_random(void *p, size_t n);

void platform_message(struct str line); /* to the operator (stderr), newline added */
void platform_print(struct str s);      /* standard output as it is */
_Noreturn void platform_panic(const char *what);
const char *platform_env(const char *name); /* NULL: not set */
int platform_pid(void);

/* --- waiting --- */

enum { WATCH_READ = 1, WATCH_WRITE = 2 };

/* Starts (or changes, or with events 0 ends) watching w->fd; when it is ready the platform
 * calls watch_ready on w's thread from platform_wait. */
int platform_watch(struct watch *w, unsigned events);

/* Waits until a watch is ready, another thread calls platform_wake or the time is over
 * (0: only looks, < 0: no limit), and calls watch_ready for those that are. */
void platform_wait(struct thread *, int64_t timeout);
void platform_wake(struct thread *); /* from any thread */

/* The platform calls these around blocking: between them other threads may change whatever
 * this one runs. */
void thread_sleeps(struct thread *);
void thread_wakes(struct thread *);
/* Instead of the first, when an element waits for another thread: handlers may be called. */
void thread_stalls(struct thread *);

/* One turn of a loop that waits for another thread; turns begins with 0. */
void thread_relax(unsigned *turns);

int platform_thread_start(struct thread *, void (*main)(struct thread *)); /* a new CPU context */
void platform_thread_join(struct thread *);
void platform_yield(void); /* another thread may need this processor */
void platform_thread_init(struct thread *); /* waiting needs this */
void platform_thread_fini(struct thread *);

/* Catches signal number signo: wakes thread 0, which calls engine_signal. With 0 back to
 * default. */
int platform_signal(int signo, bool on);
int platform_kill(int pid, int signo);

/* --- files --- */

struct file;
enum file_mode { FILE_READ, FILE_WRITE, FILE_APPEND };

/* "-" is standard input or output. Reading decompresses gzip and bzip2 by signature, writing
 * compresses to names that end in .gz or .bz2. */
int file_open(const char *path, enum file_mode, struct file **);
int64_t file_read(struct file *, void *p, size_t n); /* bytes; 0 at the end */
int file_write(struct file *, const void *p, size_t n); /* all of it, or an error */
int file_flush(struct file *);
int file_close(struct file *); /* reports what a late write met */
int64_t file_size(struct file *); /* < 0: not a regular file, or compressed */
int64_t file_seek(struct file *, int64_t offset); /* of the uncompressed stream */
int file_make_directory(const char *path); /* its parent is there; 0 when it is there, too */
/* Whole, into the pool. */
int file_load(struct pool *, const char *path, struct str *data);

/* --- network devices --- */

struct device;

struct device_options {
	const char *name, *method; /* method NULL: the platform's first */
	const char *filter;        /* BPF expression, or NULL */
	bool promisc, outbound, timestamp, sniffer;
	uint32_t snaplen, headroom, burst;
	uint16_t protocol;         /* 0: all */
	bool receive, send;
};

struct device_info {
	uint8_t mac[6];
	uint32_t mtu;
	int encap;              /* pcap link type */
	int fd;                 /* to watch; -1: poll */
	const char *method;
	uint64_t kernel_drops;
	bool drops_known;
};

/* Both directions of one interface share a device: opening it again adds a user. */
int device_open(const struct device_options *, struct device **, struct error *);
void device_close(struct device *);
/* Appends up to max packets to b. The number, 0 when there are none, < 0 when it is broken. */
int device_receive(struct device *, struct batch *b, unsigned max);
/* Sends packets from the front of b and takes what it sent off the batch. 0, -EAGAIN with the
 * rest left in b when the ring is full, or an error with the first packet of the rest at fault. */
int device_send(struct device *, struct batch *b);
void device_info(struct device *, struct device_info *);

/* --- names that the machine knows --- */

bool platform_service(struct str name, const char *proto, uint16_t *port);
bool platform_protocol(struct str name, uint8_t *proto);
bool platform_host(struct str name, struct ip_addr *addr);
enum platform_address { ADDRESS_IP, ADDRESS_MASK, ADDRESS_GATEWAY, ADDRESS_ETHER };
bool platform_device_address(struct str device, enum platform_address, void *out);
bool platform_home(struct str user, struct text *dir); /* user empty: one's own */

/* Runs a program of the host (the path is searched for it) and collects all it prints. Its exit
 * status, or -errno; -ENOSYS where there are no programs. */
int platform_command(const char *const argv[], struct text *output);

/* --- for a machine's control protocol (engine/control) --- */

/* The machine's files, whole and byte for byte. PATH is "a/b"; a slash in front makes no
 * difference. -EPERM: it leads outside of what may be reached. */
int file_list(const char *prefix, void (*each)(void *arg, const char *path, int64_t size),
	      void *arg);
int64_t file_get(const char *path, char **data); /* its size; *data is the caller's to free */
int file_put(const char *path, struct str data); /* made, or replaced; with its directories */
int file_remove(const char *path);

/* Lines `KEY VALUE': platform, memory, memory-free (bytes), uptime (s), interfaces (how many). */
void platform_info(struct text *out);
/* A line for each: NUMBER NAME MAC DRIVER STATE RX-FRAMES RX-DROPS TX-FRAMES TX-DROPS, with tabs
 * between; "-" for what is not known. */
void platform_interfaces(struct text *out);

#endif
