package dev.perigee.control.resource;

import dev.perigee.control.CertificateIssuer;
import dev.perigee.control.CertificateIssuer.Issued;
import dev.perigee.control.acme.AcmeAttempt;
import dev.perigee.control.acme.AcmeConfig;
import dev.perigee.control.acme.AcmeOutcome;
import dev.perigee.control.acme.AcmeOutcome.Failed;
import dev.perigee.control.acme.AcmeOutcome.Kind;
import dev.perigee.control.api.Refused;
import dev.perigee.control.publish.Backoff;
import dev.perigee.control.resource.CertificateOrders.Order;
import dev.perigee.control.resource.Certificates.Entry;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has certificates issued that were requested, and renews them when two thirds of their lifetime are over. This system's clock
 * decides when; how long to wait after failures goes by the time of the wall, as authorities do.
 *
 * <p>One thread looks what is due and sleeps in between; each attempt runs on a virtual thread of its own. What is served
 * changes only when a new certificate is there and has been checked.
 */
final class Renewals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);

    private static final int AT_ONCE_MAX = 4;
    /** Clocks are set and machines sleep: longer than this nobody should rely on a timer. */
    private static final Duration SLEEP_MAX = Duration.ofHours(1);
    /** ACM's own patience with a request. */
    private static final Duration PENDING_MAX = Duration.ofDays(3);
    /** Let's Encrypt allows five failed validations of a name in an hour. */
    private static final int REFUSALS_MAX = 4;

    private static final Duration RETRY_NAMED_MAX = Duration.ofDays(1);
    private static final Backoff USUAL = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(15));
    /** Of renewals, which have a third of a lifetime left. */
    private static final Backoff REFUSED = new Backoff(Duration.ofMinutes(5), Duration.ofHours(6));

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Store store;
    private final Settings settings;
    private final Acknowledgements acknowledgements;
    private final @Nullable AcmeConfig acme;
    private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1);
    private final Map<String, UnderWay> underWay = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    private record UnderWay(List<String> names, Thread thread) {}

    Renewals(Store store, Settings settings, Acknowledgements acknowledgements, @Nullable AcmeConfig acme) {
        this.store = store;
        this.settings = settings;
        this.acknowledgements = acknowledgements;
        this.acme = acme;
        this.thread = Thread.ofVirtual().name("renewals").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Something may be due: a request has come, the clock was moved. Returns at once. */
    void wake() {
        var _ = wakes.offer(Boolean.TRUE);
    }

    private void run() {
        try {
            while (!closed) {
                Duration wait = SLEEP_MAX;
                try {
                    wait = beginDue();
                } catch (RuntimeException e) {
                    LOG.error("certificates cannot be looked through for what is due", e);
                }
                var _ = wakes.poll(Math.max(wait.toMillis(), 1), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins what is due, and says how long nothing else will be. */
    private Duration beginDue() {
        Instant now = settings.clock().instant();
        Instant wall = Instant.now();
        Duration wait = SLEEP_MAX;
        for (Due due : store.readUnrefused(tables -> due(tables, now))) {
            Duration left = Duration.between(wall, due.order.retryAt());
            if (left.isNegative() || left.isZero()) left = due.after;
            if (left.isPositive()) wait = left.compareTo(wait) < 0 ? left : wait;
            else begin(due.entry);
        }
        return wait;
    }

    /** @param after zero when it is due */
    private record Due(Entry entry, Order order, Duration after) {}

    private List<Due> due(Tables tables, Instant now) throws SQLException {
        List<Due> all = new ArrayList<>();
        for (Entry entry : Certificates.list(tables)) {
            if (!isIssuable(entry)) continue;
            Duration after = entry.isIssued() ? Duration.between(now, entry.renewal(now)) : Duration.ZERO;
            all.add(new Due(
                    entry, CertificateOrders.of(tables, entry.arn()), after.isNegative() ? Duration.ZERO : after));
        }
        return all;
    }

    /** Whoever issued it issues it again: an authority's certificate is never replaced by one of the local CA. */
    private boolean isIssuable(Entry entry) {
        if (entry.isImported() || !(entry.isIssued() || entry.isPending())) return false;
        return entry.authority().isEmpty() ? settings.issuer() != null : acme != null;
    }

    private void begin(Entry entry) {
        if (underWay.size() >= AT_ONCE_MAX || underWay.containsKey(entry.arn())) return;
        // Two orders for one name would be in each other's way: an edge can prove only one of them in a handshake.
        for (UnderWay other : underWay.values()) {
            if (!Collections.disjoint(other.names, entry.names())) return;
        }
        Thread attempt = Thread.ofVirtual().name("issue " + entry.arn()).unstarted(() -> {
            try {
                attempt(entry);
            } finally {
                underWay.remove(entry.arn());
                wake();
            }
        });
        underWay.put(entry.arn(), new UnderWay(entry.names(), attempt));
        attempt.start();
    }

    private void attempt(Entry entry) {
        try {
            AcmeConfig config = acme;
            if (entry.authority().isEmpty()) byLocalAuthority(entry);
            else if (config != null) byAcme(entry, config);
        } catch (InterruptedException stopped) {
            // The order is at rest; the next process goes on with it.
        } catch (RuntimeException e) {
            if (closed) return;
            LOG.error("the certificate for {} was not issued", entry.names(), e);
            failed(entry, new Failed(Kind.UNAVAILABLE, "OTHER", String.valueOf(e.getMessage()), null));
        }
    }

    private void byLocalAuthority(Entry entry) {
        CertificateIssuer issuer = settings.issuer();
        if (issuer == null) return;
        try {
            Issued issued = issuer.issue(entry.names(), entry.keyAlgorithm().startsWith("RSA"));
            succeeded(entry, CertificateMaterial.issued(issued), "");
        } catch (GeneralSecurityException | Refused e) {
            failed(entry, new Failed(Kind.UNAVAILABLE, "OTHER", String.valueOf(e.getMessage()), null));
        }
    }

    private void byAcme(Entry entry, AcmeConfig config) throws InterruptedException {
        String directory = config.directory().toString();
        StoredProgress progress = new StoredProgress(store, settings, acknowledgements, directory, entry);
        switch (new AcmeAttempt(config, progress).run()) {
            case AcmeOutcome.Issued(var chain, var keys) -> {
                try {
                    Issued issued = new Issued(chain, keys.getPrivate());
                    CertificateMaterial material = CertificateMaterial.issuedFor(entry.names(), issued, Instant.now());
                    checkUsers(entry, material);
                    succeeded(entry, material, directory);
                } catch (Refused e) {
                    progress.abandoned();
                    failed(entry, new Failed(Kind.REFUSED, "OTHER", "of the authority: " + e.getMessage(), null));
                }
            }
            case Failed failure -> failed(entry, failure);
        }
    }

    /** What uses the one before must be able to use its successor. */
    private void checkUsers(Entry entry, CertificateMaterial material) throws Refused {
        store.read(tables -> {
            for (Tables.Row user : Certificates.users(tables, entry.arn())) {
                Certificates.checkReplacement(entry.arn(), material, user);
            }
            return entry;
        });
    }

    private void succeeded(Entry old, CertificateMaterial material, String authority) {
        Instant now = settings.clock().instant();
        boolean done = store.writeUnrefused(tables -> {
            Entry present = Certificates.find(tables, old.arn());
            if (present == null) return false;
            tables.advance();
            Entry from = present.as(present.state(), "", authority);
            Certificates.put(tables, from.with(material, settings.seal(), now, Duration.between(Instant.now(), now)));
            CertificateOrders.delete(tables, old.arn());
            return true;
        });
        if (done) LOG.info("certificate for {} {}", old.names(), old.isPending() ? "issued" : "renewed");
    }

    private void failed(Entry entry, Failed failure) {
        LOG.warn("no certificate for {}: {}", entry.names(), failure.message());
        boolean refused = failure.kind() != Kind.UNAVAILABLE;
        Instant now = settings.clock().instant();
        Instant wall = Instant.now();
        store.writeUnrefused(tables -> {
            Entry present = Certificates.find(tables, entry.arn());
            if (present == null) return false;
            Order before = CertificateOrders.of(tables, entry.arn());
            Order after = before.failed(refused, retryAt(before, present, failure, wall), failure.message());
            Entry given = present.isPending() ? givenUp(present, after, failure, now) : null;
            if (given != null) Certificates.put(tables, given);
            CertificateOrders.put(tables, given == null ? after : after.at("", "", ""));
            boolean withdrawn = (refused || given != null) && CertificateOrders.withdraw(tables, entry.arn());
            if (withdrawn) tables.advance();
            return true;
        });
    }

    private Instant retryAt(Order before, Entry entry, Failed failure, Instant wall) {
        boolean patient = failure.kind() != Kind.UNAVAILABLE && entry.isIssued();
        Backoff backoff = patient ? REFUSED : USUAL;
        Instant usual = wall.plusNanos(backoff.nanos(before.attempts() + 1, ThreadLocalRandom.current()));
        Instant named = failure.notBefore();
        if (named == null || named.isBefore(usual)) return usual;
        Instant latest = wall.plus(RETRY_NAMED_MAX);
        return named.isAfter(latest) ? latest : named;
    }

    /** A first request ends when asking again is of no use; null while it is. Renewals never end. */
    private static @Nullable Entry givenUp(Entry entry, Order after, Failed failure, Instant now) {
        if (failure.kind() == Kind.REFUSED || after.refusals() >= REFUSALS_MAX)
            return entry.as(Entry.FAILED, failure.reason(), entry.authority());
        if (now.isAfter(entry.created().plus(PENDING_MAX))) return entry.as(Entry.TIMED_OUT, "", entry.authority());
        return null;
    }

    /** Interrupts what is under way and waits until it has let go of the store. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        List<Thread> threads = new ArrayList<>(List.of(thread));
        underWay.values().forEach(each -> threads.add(each.thread));
        threads.forEach(Thread::interrupt);
        try {
            for (Thread each : threads) {
                if (each.getState() != Thread.State.NEW && !each.join(CLOSE_WITHIN))
                    LOG.warn("{} is still busy after {}", each.getName(), CLOSE_WITHIN);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
