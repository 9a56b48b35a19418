package dev.perigee.control.api;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/** Which operations are built, and what carries each out. */
public final class Handlers {
    private final Map<String, Bound> byOperation = new HashMap<>();

    /** Carries out one operation. */
    @FunctionalInterface
    public interface Handler<Q, R extends SdkPojo> {
        R handle(Q request) throws Refused;
    }

    record Bound(Supplier<SdkPojo> builder, Handler<SdkPojo, SdkPojo> handler) {}

    /**
     * Adds an operation.
     *
     * @param builder the {@code builder} method of its request class, which also names the operation
     */
    public <Q extends SdkPojo> Handlers on(
            Supplier<? extends SdkPojo> builder, Class<Q> type, Handler<Q, ? extends SdkPojo> handler) {
        String name = type.getSimpleName();
        Operation operation = OperationTable.named(name.substring(0, name.length() - "Request".length()));
        Bound bound = new Bound(() -> builder.get(), request -> handler.handle(type.cast(request)));
        if (byOperation.put(operation.name(), bound) != null) {
            throw new IllegalArgumentException(operation.name() + " has two handlers");
        }
        return this;
    }

    @Nullable
    Bound find(Operation operation) {
        return byOperation.get(operation.name());
    }
}
