package dev.perigee.app.budget;

import dev.perigee.edge.guard.SpendingLedger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what distributions cost with their budgets, once a second, and tells of each share that is reached, once a month: in
 * the log, and to the webhook if there is one, which is asked again until it has taken it.
 */
public final class Budgets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);
    private static final int[] SHARES = {100, 80, 50};

    private final SpendingLedger ledger;
    /** Budgets in millionths of a dollar, by distribution. */
    private final Supplier<Map<String, Long>> budgets;

    private final ToldFile file;
    private final @Nullable Webhook webhook;
    private final Thread watcher;
    private final Map<String, Integer> logged = new TreeMap<>();
    private Map<String, Integer> told = new TreeMap<>();
    private String month = "";
    private long retryNanos = LOOK_NANOS;
    private long notBefore = System.nanoTime();
    private volatile boolean closed;

    private Budgets(SpendingLedger ledger, Supplier<Map<String, Long>> budgets, Path file, @Nullable URI webhook) {
        this.ledger = ledger;
        this.budgets = budgets;
        this.file = new ToldFile(file);
        this.webhook = webhook == null ? null : Webhook.at(webhook);
        this.watcher = Thread.ofPlatform().daemon().name("budgets").unstarted(this::watch);
    }

    /** Begins to watch. */
    public static Budgets start(
            SpendingLedger ledger, Supplier<Map<String, Long>> budgets, Path file, @Nullable URI webhook) {
        Budgets started = new Budgets(ledger, budgets, file, webhook);
        started.watcher.start();
        return started;
    }

    private void watch() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException e) {
                LOG.error("budgets could not be looked at", e);
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    private void look() {
        Map<String, Long> wanted = budgets.get();
        if (wanted.isEmpty()) return;
        for (SpendingLedger.Spending spending : ledger.all()) {
            Long budget = wanted.get(spending.distribution());
            if (budget == null) continue;
            if (!spending.month().equals(month)) begin(spending.month());
            compare(spending, budget / 1e6);
        }
    }

    private void begin(String now) {
        month = now;
        told = file.read(now);
        logged.clear();
        logged.putAll(told);
    }

    private void compare(SpendingLedger.Spending spending, double budgetUsd) {
        int reached = reached(spending.usd(), budgetUsd);
        // Spending never falls within a month, so the budget is a larger one now: its shares are told of anew.
        if (reached < told.getOrDefault(spending.distribution(), 0)) {
            told.remove(spending.distribution());
            logged.remove(spending.distribution());
            file.write(month, told);
        }
        if (reached <= told.getOrDefault(spending.distribution(), 0)) return;
        var alert = new BudgetAlert(spending.distribution(), month, reached, spending.usd(), budgetUsd);
        if (reached > logged.getOrDefault(spending.distribution(), 0)) {
            logged.put(spending.distribution(), reached);
            LOG.warn("{}", alert.text());
        }
        if (!delivered(alert)) return;
        told.put(spending.distribution(), reached);
        file.write(month, told);
    }

    /** The largest of the shares that are told of which this spending has reached, or 0. */
    static int reached(double spentUsd, double budgetUsd) {
        for (int share : SHARES) if (spentUsd >= budgetUsd * share / 100) return share;
        return 0;
    }

    private boolean delivered(BudgetAlert alert) {
        Webhook to = webhook;
        if (to == null) return true;
        if (System.nanoTime() - notBefore < 0) return false;
        try {
            to.tell(alert);
            retryNanos = LOOK_NANOS;
            return true;
        } catch (IOException e) {
            LOG.warn("the webhook was not told of the budget of {}: {}", alert.distribution(), e.toString());
            notBefore = System.nanoTime() + retryNanos;
            retryNanos = Math.min(RETRY_NANOS_MAX, 2 * retryNanos);
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher);
        try {
            watcher.join(10_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (webhook != null) webhook.close();
    }
}
