package dev.perigee.edge.log;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.KnownRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a line of the log does not say, in a comment before it: from what else the key was made, and what the origin sent. It has
 * the names of headers and cookies, but of their values only a hash: whether two were the same.
 */
final class LogRemark {
    private static final byte[] BEGINNING = "#Remark: ".getBytes(StandardCharsets.ISO_8859_1);
    /** Its part of what is remembered of an equal request. */
    private static final int KEYED = 4;
    /** Another one with each process: a hash tells nothing to who can guess the value. */
    private static final long SALT = new SecureRandom().nextLong();

    private final LogText out;

    LogRemark(LogText out) {
        this.out = out;
    }

    void append(Exchange x) {
        CacheKey key = x.key();
        if (key == null) return;
        int start = out.length();
        out.raw(BEGINNING);
        int begun = out.length();
        keyed(x, key);
        if (x.answered() != CacheResult.HIT && x.sentOctets() > 0) fetched(x);
        if (out.length() == begun) {
            out.cut(start);
        } else {
            // In the place of the last tab.
            out.cut(out.length() - 1);
            out.octet((byte) '\n');
        }
    }

    private void keyed(Exchange x, CacheKey key) {
        KnownRequest known = x.known();
        byte[] before = known == null ? null : known.logged(KEYED, x.distribution());
        if (before != null) {
            out.raw(before);
            return;
        }
        int start = out.length();
        String encoding = key.acceptEncoding();
        if (encoding != null) out.ascii("accept_encoding=").text(encoding).tab();
        String cookies = key.cookies();
        if (!key.headerNames().isEmpty() || cookies != null) {
            out.ascii("keyed=");
            for (int i = 0; i < key.headerNames().size(); i++) {
                out.ascii("h:").text(key.headerNames().get(i)).octet((byte) '=');
                hashed(key.headerValue(i));
            }
            if (cookies != null) cookies(cookies);
            out.tab();
        }
        if (known != null) known.logged(KEYED, x.distribution(), out.since(start));
    }

    /** Each {@code name=value}, between semicolons. */
    private void cookies(String selected) {
        for (String cookie : selected.split("; ", -1)) {
            int equals = cookie.indexOf('=');
            if (equals < 1) continue;
            out.ascii("c:").text(cookie.substring(0, equals)).octet((byte) '=');
            hashed(cookie.substring(equals + 1));
        }
    }

    private void fetched(Exchange x) {
        Fields fields = x.fields();
        String caching = fields.joined("Cache-Control");
        noted("cache_control=", caching);
        if (caching == null) noted("expires=", fields.first("Expires"));
        noted("etag=", fields.first("ETag"));
        noted("last_modified=", fields.first("Last-Modified"));
        noted("content_encoding=", fields.first("Content-Encoding"));
        long checksum = x.checksum();
        if (checksum >= 0) {
            out.ascii("checksum=").ascii(HexFormat.of().toHexDigits((int) checksum));
            out.tab();
        }
    }

    private void noted(String name, @Nullable String value) {
        if (value != null) out.ascii(name).text(value).tab();
    }

    /** Sixteen digits and a semicolon; a value that is absent has one digit. */
    private void hashed(@Nullable String value) {
        if (value == null) {
            out.ascii("0;");
            return;
        }
        long hash = SALT;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        out.ascii(HexFormat.of().toHexDigits(hash)).octet((byte) ';');
    }
}
