package dev.perigee.app.crash;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Asks an edge and judges every octet that comes back, also of answers that break off. */
final class Judge {
    private final PathOrigin origin;
    /** Nothing older may be seen by who asks from now on. */
    private final Map<String, Integer> oldest = new ConcurrentHashMap<>();
    /** What was read to its end: version and when. */
    private final Map<String, Read> whole = new ConcurrentHashMap<>();
    /** Prefixes that were purged, and when that was acknowledged last. */
    private final Map<String, Long> prefixes = new ConcurrentHashMap<>();

    final LongAdder answers = new LongAdder();
    final LongAdder octets = new LongAdder();
    final LongAdder refused = new LongAdder();

    record Read(int version, long beganNanos, long atNanos) {}

    /** One answer, read to its end. */
    record Answer(int version, boolean hit) {}

    Judge(PathOrigin origin) {
        this.origin = origin;
    }

    /** A purge of this path was acknowledged after the origin had this version. */
    void purged(String path, int version) {
        oldest.merge(path, version, Math::max);
    }

    /** All paths that begin so were purged, though the origin changed only one of them. */
    void purgedAll(String prefix) {
        prefixes.put(prefix, System.nanoTime());
    }

    private boolean stillThere(String path, Read read) {
        return prefixes.entrySet().stream()
                .noneMatch(purge -> path.startsWith(purge.getKey()) && read.beganNanos() <= purge.getValue());
    }

    /** What was read so far need not be there any more. */
    void forgetReads() {
        whole.clear();
    }

    /** What was read whole before this moment and is still in force. */
    java.util.List<String> settled(long beforeNanos) {
        return whole.entrySet().stream()
                .filter(entry -> entry.getValue().atNanos() < beforeNanos)
                .filter(entry -> entry.getValue().version() == origin.version(entry.getKey()))
                .filter(entry -> stillThere(entry.getKey(), entry.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * One request.
     *
     * @param range as {@code first-last}, or null for everything
     * @return null when the edge had no answer of the origin's
     * @throws IOException when the connection broke; what came before that was right
     */
    @Nullable
    Answer ask(HttpClient client, int port, String path, @Nullable String range)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        int least = oldest.getOrDefault(path, 1);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        if (range != null) request.header("Range", "bytes=" + range);
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() >= 500) {
                refused.increment();
                return null;
            }
            if (response.statusCode() != (range == null ? 200 : 206))
                throw new AssertionError(path + ": status " + response.statusCode());
            String tag = response.headers().firstValue("ETag").orElseThrow();
            int version = Integer.parseInt(tag.substring(2, tag.length() - 1));
            if (version < least)
                throw new AssertionError(path + ": version " + version + " after a purge that left " + least);
            if (version > origin.version(path)) throw new AssertionError(path + ": a version that never was");
            long from = range == null ? 0 : Long.parseLong(range.substring(0, range.indexOf('-')));
            judge(body, path, version, from);
            if (range == null) whole.put(path, new Read(version, began, System.nanoTime()));
            answers.increment();
            String result = response.headers().firstValue("X-Cache").orElse("");
            return new Answer(version, result.startsWith("Hit"));
        }
    }

    private void judge(InputStream body, String path, int version, long from) throws IOException {
        byte[] got = new byte[1 << 16];
        byte[] wanted = new byte[got.length];
        long at = from;
        for (int count = body.read(got); count >= 0; count = body.read(got)) {
            PathOrigin.fill(wanted, count, path, version, at);
            int wrong = Arrays.mismatch(got, 0, count, wanted, 0, count);
            if (wrong >= 0) throw new AssertionError(path + " v" + version + ": wrong octet at " + (at + wrong));
            at += count;
            octets.add(count);
        }
    }
}
