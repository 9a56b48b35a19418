package dev.perigee.core.access;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten thousand signed requests, each changed in one way after it was signed: every one is refused, with the right code. */
class MutationTest {
    private static final int ROUNDS = 10_000;
    private static final int BASES = 10;
    private static final long END = 1_900_000_000;
    private static final byte[] VIEWER = {(byte) 203, 0, 113, 9};
    private static final Signer RSA = Signer.smallRsa("K2JCJMDEHXQW5F");
    private static final Signer EC = Signer.ecdsa("KDFB19YGCR002");
    private static final Signer STRANGER = Signer.smallRsa("K2JCJMDEHXQW5F");
    private static final TrustedKeys TRUSTED = new TrustedKeys(List.of(RSA.trusted(), EC.trusted()));
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~_+/=%. ";
    private static final Set<Rejection> DENIED = EnumSet.of(Rejection.ACCESS_DENIED);

    private final long seed = Long.getLong("perigee.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<Rejection, Integer> seen = new EnumMap<>(Rejection.class);

    /** A signed request in parts; the parameters are those of the URL, or of the cookies. */
    private record Signed(String base, String terms, String signature, String key, boolean inCookies) {
        RequestHead request() {
            return with(base, "&" + terms + "&Signature=" + signature + "&Key-Pair-Id=" + key);
        }

        RequestHead with(String url, String parameters) {
            if (inCookies) {
                return Signer.request(
                        url,
                        "Cookie",
                        parameters
                                .substring(1)
                                .replaceAll("(^|&)", "$1CloudFront-")
                                .replace("&", "; "));
            }
            return Signer.request(url.indexOf('?') < 0 ? url + '?' + parameters.substring(1) : url + parameters);
        }

        RequestHead signedBy(String otherSignature, String otherKey) {
            return new Signed(base, terms, otherSignature, otherKey, inCookies).request();
        }
    }

    /** Signing is what takes time. */
    private final Map<List<Object>, String> signatures = new HashMap<>();

    private Signed sign(Signer signer, @Nullable String resource, String base, boolean inCookies) {
        String policy = resource == null
                ? Signer.cannedText(base, END)
                : Signer.policy(
                        resource,
                        "\"DateLessThan\":{\"AWS:EpochTime\":" + END + "},\"DateGreaterThan\":{\"AWS:EpochTime\":1000},"
                                + "\"IpAddress\":{\"AWS:SourceIp\":\"203.0.113.0/24\"}");
        String terms = resource == null ? "Expires=" + END : "Policy=" + Signer.encoded(policy);
        String signature = signatures.computeIfAbsent(
                List.of(signer.keys(), policy), _ -> Signer.encoded(signer.signature(policy, HashAlgorithm.SHA1)));
        return new Signed(base, terms, signature, signer.id(), inCookies);
    }

    private static String base(int number) {
        return "https://d111111abcdef8.cloudfront.net/images/horizon-" + number + ".jpg"
                + (number % 2 == 0 ? "?size=large&v=" + number : "");
    }

    /** Refused, and with one of these codes. */
    private void refused(String how, RequestHead request, boolean https, byte[] from, long now, Set<Rejection> codes) {
        Rejection refusal = Signer.judge(TRUSTED, request, https, from, now);
        assertTrue(
                refusal != null && codes.contains(refusal),
                () -> how + ": " + refusal + " for " + request + ", seed " + seed);
        seen.merge(refusal, 1, Integer::sum);
    }

    private void refused(String how, RequestHead request, Set<Rejection> codes) {
        refused(how, request, true, VIEWER, END - 1, codes);
    }

    @Test
    void everyChangeIsRefused() {
        System.out.println("signature mutations: seed " + seed);
        for (int round = 0; round < ROUNDS; round++) {
            Signer signer = random.nextInt(50) == 0 ? EC : RSA;
            String base = base(random.nextInt(BASES));
            Signed signed = sign(signer, random.nextBoolean() ? null : base, base, random.nextBoolean());
            // Now it is remembered, and nothing near it may profit.
            if (round % 3 == 0) assertNull(Signer.judge(TRUSTED, signed.request(), true, VIEWER, END - 1));
            mutate(round % 12, signed, signer);
        }
        assertTrue(seen.size() >= 7, () -> "codes seen: " + seen + ", seed " + seed);
    }

    private void mutate(int kind, Signed signed, Signer signer) {
        switch (kind) {
            case 0 -> signature("a letter of the signature", signed, replaced(signed.signature));
            case 1 -> signature("another spelling", signed, respelled(signed.signature));
            case 2 -> twice(signed);
            case 3 -> refused("another path", elsewhere(signed), DENIED);
            case 4 -> refused("late", signed.request(), true, VIEWER, END + random.nextInt(2), DENIED);
            case 5 -> refused("another key", stranger(signed), DENIED);
            case 6 ->
                refused(
                        "an unknown key",
                        signed.signedBy(signed.signature, replaced(signer.id()) + 'X'),
                        EnumSet.of(Rejection.INVALID_KEY));
            case 7 -> terms(signed);
            case 8 -> missing(signed);
            case 9 -> place(signed);
            case 10 -> wildcard(signer);
            default ->
                refused(
                        "the other key's id",
                        signed.signedBy(signed.signature, signer.id().equals(RSA.id()) ? EC.id() : RSA.id()),
                        DENIED);
        }
    }

    /** Judged by what Java's own decoder says of the text. */
    private void signature(String how, Signed signed, String text) {
        boolean good = text.indexOf('+') < 0 && text.indexOf('/') < 0 && text.indexOf('=') < 0;
        try {
            String plain = text.replace('-', '+').replace('_', '=').replace('~', '/');
            good &= !text.isEmpty()
                    && Base64.getEncoder()
                            .encodeToString(Base64.getDecoder().decode(plain))
                            .equals(plain);
        } catch (IllegalArgumentException e) {
            good = false;
        }
        refused(how, signed.signedBy(text, signed.key), good ? DENIED : EnumSet.of(Rejection.MALFORMED_SIGNATURE));
    }

    private String replaced(String text) {
        int at = random.nextInt(4) == 0 ? text.length() - 1 - random.nextInt(4) : random.nextInt(text.length());
        char other;
        do other = ALPHABET.charAt(random.nextInt(ALPHABET.length() - 2));
        while (other == text.charAt(at));
        return text.substring(0, at) + other + text.substring(at + 1);
    }

    private String respelled(String text) {
        String other = switch (random.nextInt(8)) {
            case 0 -> text.replace('-', '+');
            case 1 -> text.replace('~', '/');
            case 2 -> text.replace('_', '=');
            case 3 -> text.replace("_", "");
            case 4 -> text.replace("~", "%7E").replace("_", "%5F");
            case 5 -> text + "AAAA";
            case 6 -> text.substring(0, text.length() - 4);
            default -> text.substring(0, 1 + random.nextInt(text.length() - 1));
        };
        // By chance there may have been nothing to spell otherwise.
        return other.equals(text) ? text + '_' : other;
    }

    private void twice(Signed signed) {
        String[] all = {
            signed.terms,
            "Signature=" + signed.signature,
            "Key-Pair-Id=" + signed.key,
            "Signature=",
            "Key-Pair-Id=KNONE"
        };
        String parameters = "&" + signed.terms + "&Signature=" + signed.signature + "&Key-Pair-Id=" + signed.key;
        String more = "&" + all[random.nextInt(all.length)];
        refused(
                "twice",
                signed.with(signed.base, random.nextBoolean() ? parameters + more : more + parameters),
                DENIED);
    }

    private RequestHead elsewhere(Signed signed) {
        String url = signed.base;
        int slash = url.indexOf("/images/");
        int pathEnd = url.indexOf('?') < 0 ? url.length() : url.indexOf('?');
        String other = switch (random.nextInt(7)) {
            case 0 -> url.substring(0, slash) + "/" + url.substring(slash);
            case 1 -> url.replace("horizon", "%68orizon");
            case 2 -> url.replace("horizon", "Horizon");
            case 3 -> url.replace("/images/", "/images/../images/");
            case 4 -> url + (url.indexOf('?') < 0 ? "?" : "&") + "own=1";
            case 5 -> url.substring(0, pathEnd - 1) + url.substring(pathEnd);
            default -> url.substring(0, pathEnd) + "/" + url.substring(pathEnd);
        };
        return new Signed(other, signed.terms, signed.signature, signed.key, signed.inCookies).request();
    }

    private RequestHead stranger(Signed signed) {
        Signed other =
                sign(STRANGER, signed.terms.startsWith("Policy") ? signed.base : null, signed.base, signed.inCookies);
        return other.request();
    }

    private void terms(Signed signed) {
        String parameters = "&Signature=" + signed.signature + "&Key-Pair-Id=" + signed.key;
        if (signed.terms.startsWith("Expires=")) {
            long later = END + 1 + random.nextInt(1_000_000);
            refused("a later end", signed.with(signed.base, "&Expires=" + later + parameters), DENIED);
            return;
        }
        byte[] policy = Base64.getDecoder()
                .decode(signed.terms
                        .substring(7)
                        .replace('-', '+')
                        .replace('_', '=')
                        .replace('~', '/'));
        int at = random.nextInt(policy.length);
        byte old = policy[at];
        policy[at] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        if (policy[at] == old) policy[at] ^= 1;
        String text = new String(policy, StandardCharsets.UTF_8);
        refused(
                "a policy of " + text,
                signed.with(signed.base, "&Policy=" + Signer.encoded(policy) + parameters),
                EnumSet.of(Rejection.ACCESS_DENIED, Rejection.MALFORMED_POLICY));
    }

    private void missing(Signed signed) {
        String parameters = "&" + signed.terms + "&Signature=" + signed.signature + "&Key-Pair-Id=" + signed.key;
        int which = random.nextInt(3);
        String name = which == 0 ? signed.terms.replaceAll("=.*", "") : which == 1 ? "Signature" : "Key-Pair-Id";
        Rejection code = switch (which) {
            case 0 -> Rejection.MISSING_POLICY;
            case 1 -> Rejection.MISSING_SIGNATURE;
            default -> Rejection.MISSING_KEY;
        };
        String other = switch (random.nextInt(3)) {
            case 0 -> name.toLowerCase(Locale.ROOT);
            case 1 -> '%' + Integer.toHexString(name.charAt(0)) + name.substring(1);
            default -> name + "X";
        };
        refused(
                "no " + name,
                signed.with(signed.base, parameters.replace("&" + name + "=", "&" + other + "=")),
                EnumSet.of(code));
    }

    private void place(Signed signed) {
        Signed moved = new Signed(
                signed.base.replace("cloudfront.net", random.nextBoolean() ? "cloudfront.net:443" : "cloudfront.org"),
                signed.terms,
                signed.signature,
                signed.key,
                signed.inCookies);
        byte[] away = {(byte) 203, 0, 114, 9};
        boolean custom = signed.terms.startsWith("Policy");
        switch (random.nextInt(custom ? 4 : 2)) {
            case 0 -> refused("another host", moved.request(), DENIED);
            case 1 -> refused("in clear", signed.request(), false, VIEWER, END - 1, DENIED);
            case 2 -> refused("another address", signed.request(), true, away, END - 1, DENIED);
            default -> refused("early", signed.request(), true, VIEWER, 1000 - random.nextInt(2), DENIED);
        }
    }

    private void wildcard(Signer signer) {
        String[][] edges = {
            {"https://*.example.com/a", "https://example.com/a"},
            {"https://*.example.com/a", "https://evil.net/x.example.com/a"},
            {"https://www.example.com/a/*.jpg", "https://www.example.com/a/b.jpg?x=1"},
            {"https://www.example.com/a/*.jpg", "https://www.example.com/a/b?.jpg=1"},
            {"https://www.example.com/a/?.jpg", "https://www.example.com/a/bc.jpg"},
            {"https://www.example.com/a/?.jpg", "https://www.example.com/a/.jpg"},
            {"https://www.example.com/a/*", "https://www.example.com/ab"},
            {"https://www.example.com/a?x=*", "https://www.example.com/a?y=1"},
            {"https://www.example.com/a?x=*", "https://www.example.com/a"},
            {"http://*", "https://www.example.com/a"},
            {"https://www.example.com", "https://www.example.com/"},
            {"*.example.com/a", "https://www.example.com/a?x=1"},
        };
        String[] edge = edges[random.nextInt(edges.length)];
        refused(edge[0], sign(signer, edge[0], edge[1], random.nextBoolean()).request(), DENIED);
    }
}
