package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and responses as octets. Writing is exact: what is read back is equal, whatever characters it holds. Reading is
 * strict: anything else than what was written ends in {@link Damaged}, never in another exception or a guess.
 */
final class Codec {
    private static final int FIELDS_MAX = 10_000;

    private Codec() {}

    static void writeKey(ByteBuf out, CacheKey key) {
        out.writeByte(key.options() ? 1 : 0);
        writeText(out, key.distributionId());
        writeText(out, key.path());
        writeText(out, key.query());
        writeText(out, key.acceptEncoding());
        writeText(out, key.cookies());
        List<String> names = key.headerNames();
        out.writeInt(names.size());
        for (int i = 0; i < names.size(); i++) {
            writeText(out, names.get(i));
            writeText(out, key.headerValue(i));
        }
    }

    static CacheKey readKey(ByteBuf in) throws Damaged {
        boolean options = readFlag(in);
        String distribution = readText(in);
        String path = readText(in);
        String query = readOptionalText(in);
        String acceptEncoding = readOptionalText(in);
        String cookies = readOptionalText(in);
        int count = readCount(in);
        List<String> names = new ArrayList<>();
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(readText(in));
            values.add(readOptionalText(in));
        }
        end(in);
        return CacheKey.restored(distribution, options, path, query, acceptEncoding, names, values, cookies);
    }

    static void writeResponse(ByteBuf out, StoredResponse response) {
        out.writeShort(response.status());
        out.writeLong(response.storedAtMillis());
        out.writeLong(response.initialAgeSeconds());
        out.writeLong(response.freshnessLifetimeSeconds());
        out.writeLong(response.staleWhileRevalidateSeconds());
        out.writeLong(response.staleIfErrorSeconds());
        out.writeByte(response.mustRevalidate() ? 1 : 0);
        writeText(out, response.etag());
        out.writeLong(response.lastModified());
        out.writeLong(response.contentLength());
        Fields fields = response.fields();
        out.writeInt(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            writeText(out, fields.name(i));
            writeText(out, fields.value(i));
        }
    }

    static StoredResponse readResponse(ByteBuf in) throws Damaged {
        int status = in.readableBytes() < 2 ? 0 : in.readUnsignedShort();
        if (status < 200 || status > 999) throw new Damaged("status");
        long storedAt = readLong(in);
        long initialAge = readLong(in);
        long lifetime = readLong(in);
        long whileRevalidate = readLong(in);
        long ifError = readLong(in);
        boolean mustRevalidate = readFlag(in);
        String etag = readOptionalText(in);
        long lastModified = readLong(in);
        long contentLength = readLong(in);
        int count = readCount(in);
        Fields.Builder fields = Fields.builder(count);
        for (int i = 0; i < count; i++) {
            String name = readText(in);
            fields.add(name, readText(in));
        }
        end(in);
        return new StoredResponse(
                status,
                fields.build(),
                storedAt,
                initialAge,
                lifetime,
                whileRevalidate,
                ifError,
                mustRevalidate,
                etag,
                lastModified,
                contentLength);
    }

    /** Length with the width of a character in its lowest bit, then the characters; -1 for null. */
    static void writeText(ByteBuf out, @Nullable String text) {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        int length = text.length();
        boolean wide = false;
        for (int i = 0; i < length; i++) wide |= text.charAt(i) > 0xFF;
        out.writeInt(length << 1 | (wide ? 1 : 0));
        if (wide) {
            for (int i = 0; i < length; i++) out.writeChar(text.charAt(i));
        } else {
            out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        }
    }

    static String readText(ByteBuf in) throws Damaged {
        String text = readOptionalText(in);
        if (text == null) throw new Damaged("a text is missing");
        return text;
    }

    static @Nullable String readOptionalText(ByteBuf in) throws Damaged {
        int form = readInt(in);
        if (form == -1) return null;
        int length = form >>> 1;
        if (form < 0 || length > in.readableBytes()) throw new Damaged("text length");
        if ((form & 1) == 0)
            return in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        if (2L * length > in.readableBytes()) throw new Damaged("text length");
        char[] wide = new char[length];
        for (int i = 0; i < length; i++) wide[i] = in.readChar();
        return new String(wide);
    }

    static int readCount(ByteBuf in) throws Damaged {
        int count = readInt(in);
        // Each takes at least four octets: a count from damaged octets cannot make us reserve memory.
        if (count < 0 || count > FIELDS_MAX || 4L * count > in.readableBytes()) throw new Damaged("count");
        return count;
    }

    static int readInt(ByteBuf in) throws Damaged {
        if (in.readableBytes() < 4) throw new Damaged("cut");
        return in.readInt();
    }

    static long readLong(ByteBuf in) throws Damaged {
        if (in.readableBytes() < 8) throw new Damaged("cut");
        return in.readLong();
    }

    private static boolean readFlag(ByteBuf in) throws Damaged {
        int flag = in.isReadable() ? in.readByte() : -1;
        if (flag != 0 && flag != 1) throw new Damaged("flag");
        return flag == 1;
    }

    static void end(ByteBuf in) throws Damaged {
        if (in.isReadable()) throw new Damaged("more than there should be");
    }
}
