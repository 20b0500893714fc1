/*
 * The program in the guest: it reads the plan of a scenario from a serial port, makes the state, takes the steps and tells what it
 * sees. PID 1 is the runner; each process of the scenario is a child of it, and each of its threads takes commands over shared memory.
 */
#ifndef HWP_AGENT_H
#define HWP_AGENT_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE_BYTES ((unsigned long)sysconf(_SC_PAGESIZE))
/* Of a transparent huge page: 2 MiB with base pages of 4 KiB, 32 MiB with 16 KiB. */
#define HUGE_BYTES huge_bytes()

#define MAX_TASKS 24
#define MAX_SLOTS 128
#define MAX_SIGNALS 256
#define LINE_BYTES 8192

/* What a command came to. `errnum` -1: it gives no errno (a load that faulted, or nothing of interest). */
struct outcome {
	int errnum;
	int has_returned, has_value, has_frame;
	long returned;
	unsigned char value;
	unsigned long frame;
	char text[256];
};

/* A thread of the scenario, driven by the runner. The first one of a process has `process` equal to its own index. */
struct task {
	/* `ended`: of the first thread, the whole process. */
	volatile int used, started, dead, ended, stopped;
	/* The host's debugger is told when it has taken a line. */
	volatile int marks;
	int process;
	pid_t pid, tid;
	volatile uint32_t request, done;
	char line[LINE_BYTES];
	struct outcome out;
	char comm[16];
};

struct seen_signal {
	int task, signo, code, lsb, during;
	unsigned long address;
};

/* Every process of the scenario, and the runner, map this. Slots are numbered by the plan. */
struct shared {
	struct task tasks[MAX_TASKS];
	struct { unsigned long address, bytes; } ranges[MAX_SLOTS];
	int fds[MAX_SLOTS];
	unsigned long frames[MAX_SLOTS];
	int segments[MAX_SLOTS], segment_count;
	struct seen_signal signals[MAX_SIGNALS];
	volatile uint32_t signal_count;
	int disposition[MAX_TASKS];
	unsigned char pipe_content;
	struct outcome of_child;
	volatile int stop_spinning;
	volatile int failed;
	char failure[300];
};

extern struct shared *shared;
/* The task that runs this thread; NULL in the runner. */
extern __thread struct task *self;

/* report.c: lines to the host */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_open(const char *port);
int report_fd(void);

/* files.c: small files of /proc and /sys, and values that are put back at the end */
int read_text(const char *path, char *into, size_t bytes);
long read_number(const char *path);
int write_text(const char *path, const char *text);
int set_for_now(const char *path, const char *text);
void put_back(void);
int load_module(const char *names);

/* pages.c: what /proc says of frames */
unsigned long huge_bytes(void);
uint64_t pagemap_entry(const void *address);
unsigned long frame_of(const void *address);
unsigned long frame_of_process(pid_t pid, const void *address);
uint64_t page_flags(unsigned long pfn);
void drain_batches(void);
long find_frame(const char *kind, unsigned long pages);

/* tasks.c: processes and threads, and their signals */
void set_disposition(int task, const char *word);
int start_process(int index, const char *comm);
int call_task(int index, const char *line);
void start_task(int index, const char *line);
int await_task(int index);
void settle(void);
int is_alive(int index);
void reap_all(void);
long fork_task(struct task *parent, int index);
long thread_task(int index);

/* race.c: the handler of an error against whoever competes, held by the host */
void prepare_races(void);
void race_mark(void);
void keep_act(char *rest);
int run_race(int step, int handler, unsigned long frame, const char *line);
void warm_up(void);
int prepare_dummies(void);
int drain_lists(void);
int prepare_memory(void);
int free_one(unsigned long *frame, int second);
int take_frame(unsigned long frame, char *to);
int touch_one(void);
int flush_batch(void);
int free_table(void);
int find_table(unsigned long *frame);
int take_table(unsigned long frame);
int tell_symbols(int count, char **names);

/* verbs.c: one function a command */
int run_command(char *line);
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void close_own(void);

/* setup.c: file systems, swap */
int setup_verb(const char *verb, int count, char **words);
void prepare_machine(void);
void undo_setup(void);

enum { FLAG_BUDDY = 10, FLAG_SLAB = 7, FLAG_MMAP = 11, FLAG_HEAD = 15, FLAG_TAIL = 16, FLAG_HUGE = 17, FLAG_HWPOISON = 19, FLAG_NOPAGE = 20, FLAG_KSM = 21, FLAG_THP = 22, FLAG_ZERO = 24, FLAG_PGTABLE = 26, FLAG_SWAPCACHE = 13, FLAG_RESERVED = 32 };
#define HAS(flags, bit) ((flags) >> (bit) & 1)

#endif
