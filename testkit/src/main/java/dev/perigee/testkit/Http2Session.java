package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a viewer that speaks HTTP/2 as it should: the test's thread sends requests, a virtual thread reads the
 * answers and refuses what RFC 9113 forbids.
 */
final class Http2Session implements StreamSession {
    private static final int FRAME_MAX = 16_384;
    private static final int WINDOW = 1 << 30;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private final Http2Wire wire;
    private final Thread reader;
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private int nextId = 1;
    private long window = 65_535;
    private long streamWindow = 65_535;
    private boolean paused;
    private volatile boolean finished;

    /** A request under way. */
    private static final class Stream {
        final StreamAnswer answer;
        long window;
        boolean answered;

        Stream(Exchange exchange, String method, long window) {
            this.answer = new StreamAnswer(exchange, method);
            this.window = window;
        }
    }

    Http2Session(Http2Wire wire) {
        this.wire = wire;
        wire.begin(INITIAL_WINDOW_SIZE, WINDOW)
                .number(Http2Wire.WINDOW_UPDATE, 0, WINDOW)
                .flush();
        this.reader = Thread.ofVirtual().name("viewer").start(this::readAll);
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public int localPort() {
        return wire.socket().getLocalPort();
    }

    @Override
    public void send(
            Exchange exchange,
            String method,
            String target,
            String authority,
            Fields fields,
            @Nullable Content content,
            boolean waits) {
        List<String> lines = new ArrayList<>(
                List.of(":method", method, ":scheme", "https", ":authority", authority, ":path", target));
        for (int i = 0; i < fields.size(); i++) {
            lines.add(fields.name(i).toLowerCase(Locale.ROOT));
            lines.add(fields.value(i).strip());
        }
        int id;
        Stream stream;
        synchronized (lock) {
            id = nextId;
            nextId += 2;
            stream = new Stream(exchange, method, streamWindow);
            streams.put(id, stream);
        }
        int flags = Http2Wire.END_HEADERS | (content == null ? Http2Wire.END_STREAM : 0);
        wire.headers(id, flags, lines.toArray(String[]::new)).flush();
        if (finished) exchange.fail(new IOException("the edge has ended the connection"));
        if (content == null || (waits && !exchange.awaitContinue())) return;
        upload(id, stream, content.toBytes());
    }

    private void upload(int id, Stream stream, byte[] content) {
        int at = 0;
        do {
            int part = reserve(stream, Math.min(FRAME_MAX, content.length - at));
            if (part < 0) return;
            byte[] payload = java.util.Arrays.copyOfRange(content, at, at + part);
            at += part;
            wire.frame(Http2Wire.DATA, at == content.length ? Http2Wire.END_STREAM : 0, id, payload);
            wire.flush();
        } while (at < content.length);
    }

    /** Waits until the edge takes more; -1 when it has answered, or gone, instead. */
    private int reserve(Stream stream, int wanted) {
        synchronized (lock) {
            while (wanted > 0 && Math.min(window, stream.window) <= 0 && !stream.answered && !finished) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return -1;
                }
            }
            if (stream.answered || finished) return -1;
            int part = (int) Math.min(wanted, Math.min(window, stream.window));
            window -= part;
            stream.window -= part;
            return part;
        }
    }

    @Override
    public void pause(boolean pause) {
        synchronized (lock) {
            paused = pause;
            lock.notifyAll();
        }
    }

    private void readAll() {
        Throwable end = new IOException("the edge ended the connection without an answer");
        try {
            while (true) {
                synchronized (lock) {
                    while (paused && !finished) lock.wait();
                }
                Http2Wire.Frame frame = wire.next();
                if (frame == null) break;
                take(frame);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (MalformedHttp | AssertionError malformed) {
            end = malformed;
        }
        synchronized (lock) {
            finished = true;
            lock.notifyAll();
        }
        for (Stream stream : streams.values()) stream.answer.broken(end);
    }

    private void take(Http2Wire.Frame frame) throws MalformedHttp {
        Stream stream = streams.get(frame.stream());
        switch (frame.type()) {
            case Http2Wire.HEADERS -> {
                // Also of a stream that is over: the decoder has to see every section.
                Fields fields = wire.decode(frame);
                if (stream == null) return;
                stream.answer.head(fields);
                if (frame.has(Http2Wire.END_STREAM)) end(frame.stream(), stream);
            }
            case Http2Wire.DATA -> data(frame, stream);
            case Http2Wire.RST_STREAM -> {
                if (stream == null) return;
                over(frame.stream(), stream);
                stream.answer.broken(new IOException("the edge reset the stream"));
            }
            case Http2Wire.SETTINGS -> settings(frame);
            case Http2Wire.PING -> {
                if (!frame.has(Http2Wire.ACK))
                    wire.frame(Http2Wire.PING, Http2Wire.ACK, 0, frame.payload())
                            .flush();
            }
            case Http2Wire.WINDOW_UPDATE -> {
                synchronized (lock) {
                    if (frame.stream() == 0) window += frame.number(0);
                    else if (stream != null) stream.window += frame.number(0);
                    lock.notifyAll();
                }
            }
            case Http2Wire.GOAWAY -> finished = true;
            default -> throw new MalformedHttp("frame of type " + frame.type());
        }
    }

    private void settings(Http2Wire.Frame frame) {
        if (frame.has(Http2Wire.ACK)) return;
        ByteBuffer settings = ByteBuffer.wrap(frame.payload());
        synchronized (lock) {
            while (settings.hasRemaining()) {
                int identifier = settings.getShort();
                int value = settings.getInt();
                if (identifier != INITIAL_WINDOW_SIZE) continue;
                for (Stream stream : streams.values()) stream.window += value - streamWindow;
                streamWindow = value;
            }
            lock.notifyAll();
        }
        wire.frame(Http2Wire.SETTINGS, Http2Wire.ACK, 0).flush();
    }

    private void data(Http2Wire.Frame frame, @Nullable Stream stream) throws MalformedHttp {
        int size = frame.payload().length;
        if (size > 0) {
            wire.number(Http2Wire.WINDOW_UPDATE, 0, size).flush();
        }
        if (stream == null) return;
        stream.answer.content(frame.payload());
        if (frame.has(Http2Wire.END_STREAM)) end(frame.stream(), stream);
        else if (size > 0)
            wire.number(Http2Wire.WINDOW_UPDATE, frame.stream(), size).flush();
    }

    private void end(int id, Stream stream) throws MalformedHttp {
        over(id, stream);
        stream.answer.end();
    }

    private void over(int id, Stream stream) {
        streams.remove(id);
        synchronized (lock) {
            stream.answered = true;
            lock.notifyAll();
        }
    }

    @Override
    public void close() {
        finished = true;
        wire.close();
        pause(false);
        reader.interrupt();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
