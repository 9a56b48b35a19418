package dev.perigee.control.acme;

import dev.perigee.control.acme.AcmeOutcome.Kind;
import java.io.IOException;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * One attempt to have a certificate issued: goes on with the order in progress, or begins one, and waits as long as the
 * authority takes, within limits. Blocking; for a virtual thread.
 */
public final class AcmeAttempt {
    /** Each of validation and issuance. What takes longer is gone on with in the next attempt. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration POLL_FIRST = Duration.ofMillis(250);
    private static final Duration POLL_MOST = Duration.ofSeconds(5);
    private static final Duration POLL_NAMED_MOST = Duration.ofMinutes(1);

    private final AcmeConfig config;
    private final AcmeProgress progress;

    public AcmeAttempt(AcmeConfig config, AcmeProgress progress) {
        this.config = config;
        this.progress = progress;
    }

    /**
     * Tries.
     *
     * @throws InterruptedException when this system stops; what was reached is kept
     */
    public AcmeOutcome run() throws InterruptedException {
        for (String name : progress.names()) {
            if (name.startsWith("*.")) return AcmeFailures.wildcard(name);
        }
        try (AcmeSession session = new AcmeSession(config)) {
            try {
                return pursue(session);
            } catch (AcmeLazyLoadingException wrapped) {
                return failed(wrapped.getCause(), session);
            } catch (AcmeException | AcmeProtocolException failure) {
                return failed(failure, session);
            }
        } catch (GeneralSecurityException | IOException e) {
            return new AcmeOutcome.Failed(Kind.UNAVAILABLE, "OTHER", "no TLS to the ACME directory: " + e, null);
        }
    }

    private static AcmeOutcome failed(@Nullable Throwable failure, AcmeSession session) throws InterruptedException {
        if (Thread.interrupted() || AcmeFailures.isInterruption(failure)) throw new InterruptedException();
        return AcmeFailures.of(failure, session.retryAfter());
    }

    private AcmeOutcome pursue(AcmeSession session) throws AcmeException, InterruptedException {
        Order order = order(session);
        if (order.getStatus() == Status.PENDING) {
            AcmeOutcome unproved = prove(order);
            if (unproved != null) return unproved;
            await(order, Set.of(Status.READY, Status.PROCESSING, Status.VALID, Status.INVALID));
        }
        KeyPair keys = progress.certificateKey();
        if (order.getStatus() == Status.READY) {
            order.execute(keys);
            await(order, Set.of(Status.VALID, Status.INVALID));
        } else if (order.getStatus() == Status.PROCESSING) {
            await(order, Set.of(Status.VALID, Status.INVALID));
        }
        return switch (order.getStatus()) {
            case VALID -> issued(order, keys);
            case INVALID -> abandoned(order);
            default -> AcmeFailures.unfinished("the order is " + order.getStatus());
        };
    }

    private static AcmeOutcome issued(Order order, KeyPair keys) throws AcmeException {
        Certificate certificate = order.getCertificate();
        certificate.download();
        return new AcmeOutcome.Issued(certificate.getCertificateChain(), keys);
    }

    private AcmeOutcome abandoned(Order order) throws AcmeException {
        Problem problem = order.getError().orElse(null);
        for (Authorization each : order.getAuthorizations()) {
            if (problem == null) problem = problemOf(each);
        }
        progress.abandoned();
        return AcmeFailures.of(problem, "the authority made the order invalid and did not say why");
    }

    // ---- account and order

    private Order order(AcmeSession session) throws AcmeException {
        URL account = progress.account();
        if (account != null) {
            Login login = session.session().login(account, progress.accountKey());
            try {
                return order(login);
            } catch (AcmeServerException e) {
                // An authority that has forgotten the account gets it again, with the same key: to others this changes
                // nothing.
                if (!AcmeFailures.mayMeanUnknownAccount(e)) throw e;
            }
        }
        return order(register(session));
    }

    private Login register(AcmeSession session) throws AcmeException {
        AccountBuilder builder =
                new AccountBuilder().useKeyPair(progress.accountKey()).agreeToTermsOfService();
        String email = config.email();
        if (email != null) builder.addEmail(email);
        Login login = builder.createLogin(session.session());
        progress.registered(login.getAccountLocation());
        return login;
    }

    private Order order(Login login) throws AcmeException {
        URL known = progress.order();
        if (known != null) {
            Order order = login.bindOrder(known);
            try {
                order.fetch();
                if (order.getStatus() != Status.INVALID) return order;
            } catch (AcmeException e) {
                // What the authority does not know any more is ordered anew.
                if (AcmeFailures.isForNow(e)) throw e;
            }
            progress.abandoned();
        }
        Order order = login.newOrder().domains(progress.names()).create();
        progress.ordered(order.getLocation());
        return order;
    }

    // ---- proofs

    /** One authorization that is not valid yet, and the challenge by which it is to be. */
    private record Pending(Authorization authorization, Challenge challenge) {}

    /** Null when everything that the order asks for has been proved. */
    private @Nullable AcmeOutcome prove(Order order) throws AcmeException, InterruptedException {
        List<Pending> pending = new ArrayList<>();
        List<AcmeProof> proofs = new ArrayList<>();
        for (Authorization authorization : order.getAuthorizations()) {
            authorization.fetch();
            if (authorization.getStatus() == Status.VALID) continue;
            Challenge challenge = challenge(authorization);
            if (challenge == null) return AcmeFailures.noChallenge(authorization);
            pending.add(new Pending(authorization, challenge));
            proofs.add(proof(authorization, challenge));
        }
        progress.publish(proofs);
        for (Pending each : pending) {
            if (each.challenge.getStatus() == Status.PENDING) each.challenge.trigger();
        }
        for (Pending each : pending) {
            await(each.authorization, Set.of(Status.VALID, Status.INVALID));
            if (each.authorization.getStatus() == Status.VALID) continue;
            if (each.authorization.getStatus() == Status.PENDING)
                return AcmeFailures.unfinished("the authority still validates " + nameOf(each.authorization));
            progress.abandoned();
            return AcmeFailures.of(
                    problemOf(each.authorization), nameOf(each.authorization) + " was not proved, by its status");
        }
        return null;
    }

    private static String nameOf(Authorization authorization) {
        return authorization.getIdentifier().getDomain();
    }

    /** In clear first, which needs no handshake with what may be the wrong listener. */
    private static @Nullable Challenge challenge(Authorization authorization) {
        Optional<Http01Challenge> http = authorization.findChallenge(Http01Challenge.class);
        if (http.isPresent()) return http.get();
        Optional<TlsAlpn01Challenge> tls = authorization.findChallenge(TlsAlpn01Challenge.class);
        return tls.isPresent() ? tls.get() : null;
    }

    private static AcmeProof proof(Authorization authorization, Challenge challenge) throws AcmeException {
        String host = nameOf(authorization);
        if (challenge instanceof Http01Challenge http)
            return new AcmeProof.Http(host, http.getToken(), http.getAuthorization());
        if (!(challenge instanceof TlsAlpn01Challenge tls))
            throw new IllegalStateException("chosen from two kinds: " + challenge.getType());
        try {
            // RSA is all that acme4j signs these with.
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair keys = generator.generateKeyPair();
            return new AcmeProof.Tls(
                    host, tls.createCertificate(keys, authorization.getIdentifier()), keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new AcmeException("no certificate for the challenge", e);
        }
    }

    private static @Nullable Problem problemOf(Authorization authorization) {
        for (Challenge challenge : authorization.getChallenges()) {
            Optional<Problem> error = challenge.getError();
            if (error.isPresent()) return error.get();
        }
        return null;
    }

    /** Asks until the status is one of these or patience ends, as often as the authority wants to be asked. */
    private static void await(PollableResource resource, Set<Status> statuses)
            throws AcmeException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        Duration usual = POLL_FIRST;
        while (true) {
            Optional<Instant> named = resource.fetch();
            Instant now = Instant.now();
            if (statuses.contains(resource.getStatus()) || now.isAfter(deadline)) return;
            Duration wait = named.map(instant -> Duration.between(now, instant)).orElse(usual);
            if (wait.compareTo(POLL_FIRST) < 0) wait = POLL_FIRST;
            Thread.sleep(wait.compareTo(POLL_NAMED_MOST) > 0 ? POLL_NAMED_MOST : wait);
            usual = usual.multipliedBy(2).compareTo(POLL_MOST) > 0 ? POLL_MOST : usual.multipliedBy(2);
        }
    }
}
