package dev.perigee.control.acme;

import dev.perigee.control.acme.AcmeOutcome.Failed;
import dev.perigee.control.acme.AcmeOutcome.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** What went wrong with an authority, and what may be done about it: by the error types of RFC 8555 section 6.7. */
final class AcmeFailures {
    private static final String PREFIX = "urn:ietf:params:acme:error:";
    private static final int MESSAGE_MAX = 500;

    /** Of the authority's own state, or of the moment: the same request may be answered later. */
    private static final Set<String> FOR_NOW =
            Set.of("rateLimited", "badNonce", "serverInternal", "orderNotReady", "accountDoesNotExist");

    private static final Set<String> NOT_PROVED =
            Set.of("caa", "connection", "dns", "dnssec", "incorrectResponse", "tls", "unauthorized");

    private AcmeFailures() {}

    /** Whether the same request may be answered later. */
    static boolean isForNow(AcmeException e) {
        if (e instanceof AcmeServerException server) return FOR_NOW.contains(type(server.getType()));
        // acme4j says no more of a status without a problem document.
        String message = String.valueOf(e.getMessage());
        return !message.startsWith("HTTP 4") || message.equals("HTTP 408") || message.equals("HTTP 429");
    }

    static boolean isBadNonce(AcmeServerException e) {
        return type(e.getType()).equals("badNonce");
    }

    /** Authorities differ in what they call it. */
    static boolean mayMeanUnknownAccount(AcmeServerException e) {
        return Set.of("accountDoesNotExist", "unauthorized", "malformed").contains(type(e.getType()));
    }

    static boolean isInterruption(@Nullable Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof InterruptedException) return true;
        }
        return false;
    }

    static Failed wildcard(String name) {
        return new Failed(
                Kind.REFUSED,
                "DOMAIN_NOT_ALLOWED",
                "the wildcard " + name + " can be proved by DNS only (dns-01), which is not supported",
                null);
    }

    static Failed noChallenge(Authorization authorization) {
        String offered = String.join(
                ", ",
                authorization.getChallenges().stream().map(Challenge::getType).toList());
        return new Failed(
                Kind.REFUSED,
                "DOMAIN_VALIDATION_DENIED",
                "the authority wants " + authorization.getIdentifier().getDomain() + " to be proved by " + offered
                        + "; only http-01 and tls-alpn-01 are supported",
                null);
    }

    static Failed unfinished(String what) {
        return new Failed(Kind.UNAVAILABLE, "OTHER", what, null);
    }

    /** @param retryAfter by the authority's last refusal */
    static Failed of(@Nullable Throwable failure, @Nullable Instant retryAfter) {
        if (failure instanceof AcmeServerException server) return of(server.getProblem(), retryAfter);
        return new Failed(Kind.UNAVAILABLE, "OTHER", "no use of the ACME directory: " + reason(failure), retryAfter);
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable at = failure instanceof AcmeNetworkException network ? network.getCause() : failure;
        return switch (at) {
            case null -> "no reason";
            case ConnectException _ -> "the connection is refused";
            case SSLException ssl -> "TLS fails: " + ssl.getMessage();
            case IOException io when io.getMessage() == null -> io.getClass().getSimpleName();
            case Throwable other -> shortened(String.valueOf(other.getMessage()));
        };
    }

    /** What the authority says of an order or a proof that it does not accept. */
    static Failed of(@Nullable Problem problem, String otherwise) {
        return problem == null
                ? new Failed(Kind.NOT_PROVED, "DOMAIN_VALIDATION_DENIED", otherwise, null)
                : of(problem, (Instant) null);
    }

    private static Failed of(Problem problem, @Nullable Instant retryAfter) {
        String type = type(problem.getType());
        String message = shortened(type + ": " + problem.getDetail().orElse("no detail"));
        if (FOR_NOW.contains(type)) return new Failed(Kind.UNAVAILABLE, "OTHER", message, retryAfter);
        if (NOT_PROVED.contains(type)) {
            String reason = type.equals("caa") ? "CAA_ERROR" : "DOMAIN_VALIDATION_DENIED";
            return new Failed(Kind.NOT_PROVED, reason, message, retryAfter);
        }
        String reason = type.equals("rejectedIdentifier") || type.equals("unsupportedIdentifier")
                ? "DOMAIN_NOT_ALLOWED"
                : "OTHER";
        return new Failed(Kind.REFUSED, reason, message, retryAfter);
    }

    private static String type(URI type) {
        String text = type.toString();
        return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    }

    /** As one line of a length that can be shown. */
    private static String shortened(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX) + "...";
    }
}
