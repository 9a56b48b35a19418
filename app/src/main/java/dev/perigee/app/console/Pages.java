package dev.perigee.app.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The files of the page, read when somebody wants them first. */
final class Pages {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,30}\\.(html|js|css|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    /** A file as it is sent; never compared as a whole. */
    @SuppressWarnings("ArrayRecordComponent")
    record Page(String type, byte[] content, byte[] gzipped, String tag) {}

    /** The file at a path, or null. */
    @Nullable
    Page at(String path) throws IOException {
        String name = path.equals("/") ? "index.html" : path.substring(1);
        if (!NAME.matcher(name).matches()) return null;
        Page known = pages.get(name);
        if (known != null) return known;
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) return null;
            Page read = page(name, in.readAllBytes());
            pages.put(name, read);
            return read;
        }
    }

    private static Page page(String name, byte[] content) throws IOException {
        String type = TYPES.getOrDefault(name.substring(name.indexOf('.') + 1), "application/octet-stream");
        ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new Page(
                    type, content, packed.toByteArray(), '"' + HexFormat.of().formatHex(hash, 0, 8) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
