package dev.perigee.function;

/** A run under way, which its worker ends or the watchdog stops, whoever comes first. */
final class Run {
    final Call call;
    final Thread thread;
    final long startedNanos;
    final long startedCpuNanos;
    private final Isolate isolate;
    private boolean over;
    private boolean stopped;
    /** Whether its worker is taken for lost, since V8 did not obey. Only the watchdog looks. */
    boolean lost;

    Run(Call call, Isolate isolate, Thread thread, long startedCpuNanos) {
        this.call = call;
        this.isolate = isolate;
        this.thread = thread;
        this.startedNanos = System.nanoTime();
        this.startedCpuNanos = startedCpuNanos;
    }

    /** Whether it was stopped; it will not be any more. */
    synchronized boolean end() {
        over = true;
        return stopped;
    }

    /** Under the lock, so that it never hits the next run. */
    synchronized void stop() {
        if (over || stopped) return;
        stopped = true;
        isolate.stop();
    }

    synchronized boolean isStopped() {
        return stopped;
    }
}
