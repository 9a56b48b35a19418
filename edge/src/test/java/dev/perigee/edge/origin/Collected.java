package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A sink that wants everything. Ends as {@code complete} or as the failure. */
final class Collected implements OriginBody.Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Object> end = new CompletableFuture<>();

    @Override
    public boolean append(ByteBuf taken) {
        try {
            bytes.writeBytes(ByteBufUtil.getBytes(taken));
            return true;
        } finally {
            taken.release();
        }
    }

    @Override
    public void complete() {
        end.complete("complete");
    }

    @Override
    public void failed(OriginFailure failure) {
        end.complete(failure);
    }

    /** Waits for the end: {@code "complete"} or an {@link OriginFailure}. */
    Object end() {
        try {
            return end.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the content never ended", e);
        }
    }

    String text() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
