package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request that was sent and the response that is being read. */
public final class Exchange {
    private final String method;
    private final CompletableFuture<Integer> begun = new CompletableFuture<>();
    private final CompletableFuture<Response> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> mayContinue = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Exchange(String method) {
        this.method = method;
    }

    /** The whole response, or what came of it until the connection ended; waited for. */
    public Response response() {
        return await(ended, "the response");
    }

    /** Status of the final response, as soon as its head is there. */
    public int awaitHead() {
        return await(begun, "the head of the response");
    }

    /** Waits until so many bytes of content have come, while the rest may still be missing. */
    public Exchange awaitBytes(int atLeast) {
        boolean came = Patience.until(Duration.ofSeconds(Patience.SECONDS), () -> received() >= atLeast);
        if (!came) throw new AssertionError("wanted " + atLeast + " bytes, got " + received());
        return this;
    }

    /** Content that has come so far. */
    public String receivedText() {
        synchronized (body) {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    public int received() {
        synchronized (body) {
            return body.size();
        }
    }

    public boolean done() {
        return ended.isDone();
    }

    /** Whether the response, or the end of the connection, comes within this time. */
    public boolean awaitDone(int milliseconds) {
        return Patience.until(Duration.ofMillis(milliseconds), ended::isDone);
    }

    /** Whether the edge asked for the content of a request that expected 100-continue, before any final answer. */
    boolean awaitContinue() {
        return await(mayContinue, "100 Continue or a final answer");
    }

    /**
     * A response that was read.
     *
     * @param lasts whether the connection may carry another
     */
    record Read(Response response, boolean lasts) {}

    Read read(WireReader in) throws IOException {
        List<Integer> interim = new ArrayList<>();
        while (true) {
            String line = in.line();
            if (line == null) throw new IOException("the edge ended the connection without an answer");
            if (!line.matches("HTTP/1\\.1 [1-9][0-9]{2} [ -~]*")) throw new MalformedHttp("status line " + line);
            int status = Integer.parseInt(line.substring(9, 12));
            Fields fields = in.fields();
            Framing framing = Framing.ofResponse(method, status, fields);
            if (status < 200) {
                interim.add(status);
                mayContinue.complete(status == 100);
                continue;
            }
            mayContinue.complete(false);
            begun.complete(status);
            boolean whole = readContent(in, framing);
            boolean lasts = whole && !(framing instanceof Framing.UntilClose) && !says(fields, "close");
            synchronized (body) {
                return new Read(new Response(status, fields, body.toByteArray(), whole, interim), lasts);
            }
        }
    }

    private boolean readContent(WireReader in, Framing framing) throws IOException {
        try {
            return in.content(framing, (bytes, offset, length) -> {
                synchronized (body) {
                    body.write(bytes, offset, length);
                }
            });
        } catch (MalformedHttp malformed) {
            throw malformed;
        } catch (IOException reset) {
            // A reset tells the viewer that the content is not whole just as well as an end does.
            return false;
        }
    }

    void mayContinue(boolean may) {
        mayContinue.complete(may);
    }

    void headCame(int status) {
        begun.complete(status);
    }

    void contentCame(byte[] content) {
        synchronized (body) {
            body.writeBytes(content);
        }
    }

    void complete(Response response) {
        ended.complete(response);
    }

    void fail(Throwable why) {
        mayContinue.completeExceptionally(why);
        begun.completeExceptionally(why);
        ended.completeExceptionally(why);
    }

    private static boolean says(Fields fields, String option) {
        String connection = fields.joined("Connection");
        return connection != null && connection.equalsIgnoreCase(option);
    }

    private <T> T await(CompletableFuture<T> future, String what) {
        try {
            return future.get(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " did not come: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new AssertionError(what + " did not come; content so far: " + received() + " bytes", e);
        }
    }
}
