package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.V8Runtime;
import com.caoccao.javet.interop.callback.IJavetDirectCallable;
import com.caoccao.javet.interop.callback.JavetCallbackContext;
import com.caoccao.javet.interop.callback.JavetCallbackType;
import com.caoccao.javet.values.V8Value;
import com.caoccao.javet.values.primitive.V8ValueNull;
import com.caoccao.javet.values.reference.V8ValueFunction;
import dev.perigee.core.plan.EdgeFunction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** One function ready to run, in an isolate of its own. For one thread, but for {@link #stop}. */
final class Isolate implements AutoCloseable {
    static {
        // The first use of each takes longer than a function may.
        for (String algorithm : new String[] {"md5", "sha1", "sha256"}) made(algorithm, "k", "");
    }

    private final V8Runtime isolate;
    private final V8ValueFunction run;
    private final V8ValueFunction digest;
    private final V8ValueFunction look;
    /** What the run under way reads. */
    private Values values = Values.NONE;

    /** @param factory as {@link Syntax} has made it */
    Isolate(EdgeFunction function, String factory, EdgeLocation location) throws JavetException {
        isolate = V8.isolate();
        List<V8ValueFunction> made = new ArrayList<>();
        try {
            int version = function.runtime() == EdgeFunction.JsRuntime.JS_1_0 ? 1 : 2;
            digest = callback("digest", this::digest, made);
            look = callback("look", this::look, made);
            try (V8ValueFunction open = isolate.getGlobalObject().get(Scripts.BEGUN);
                    V8ValueFunction install = open.call(null, version, digest, look);
                    V8ValueFunction handlers = isolate.getExecutor(factory)
                            .setResourceName(function.name())
                            .execute()) {
                run = install.call(null, handlers, String.join(" ", function.stores()), location.json());
            }
        } catch (JavetException | RuntimeException e) {
            for (V8ValueFunction each : made) each.close();
            isolate.close();
            throw e;
        }
    }

    private V8ValueFunction callback(
            String name, IJavetDirectCallable.NoThisAndResult<JavetException> called, List<V8ValueFunction> made)
            throws JavetException {
        V8ValueFunction callback = isolate.createV8ValueFunction(
                new JavetCallbackContext(name, JavetCallbackType.DirectCallNoThisAndResult, called));
        made.add(callback);
        return callback;
    }

    /**
     * Runs it.
     *
     * @return the outcome, as runner.js writes it
     */
    String run(Call call) throws JavetException {
        values = call.values;
        try {
            String outcome = run.callString(null, text(call));
            // Empty while promises are pending, which V8 settles as the call ends.
            return outcome.isEmpty() ? run.callString(null, "") : outcome;
        } finally {
            // What waits here for its next run keeps no old values.
            values = Values.NONE;
        }
    }

    /** All in one text: each argument would cost half a microsecond. */
    private static String text(Call call) {
        JsonText json = new JsonText(call.event.length() + 64).open();
        json.name("t").number(call.millis).name("w").raw(call.watched ? "true" : "false");
        if (call.query == null) json.name("q").raw("null");
        else json.name("q").text(call.query);
        return json.name("e").raw(call.event).close().toString();
    }

    /** Ends a run that is under way; from any thread. The isolate is of no use afterwards. */
    void stop() {
        isolate.terminateExecution();
    }

    private V8Value digest(V8Value... arguments) throws JavetException {
        String key = arguments[1] instanceof V8ValueNull ? null : arguments[1].toString();
        return isolate.createV8ValueString(made(arguments[0].toString(), key, arguments[2].toString()));
    }

    /** The value of a key, null for none; without a key, what there is to say about the store. */
    private V8Value look(V8Value... arguments) throws JavetException {
        String store = arguments[0].toString();
        if (arguments[1] instanceof V8ValueNull) return isolate.createV8ValueString(values.about(store));
        String value = values.value(store, arguments[1].toString());
        return value == null ? isolate.createV8ValueNull() : isolate.createV8ValueString(value);
    }

    private static String made(String algorithm, @Nullable String key, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            byte[] made = key == null
                    ? MessageDigest.getInstance(javaName(algorithm)).digest(octets)
                    : keyed(algorithm, key.getBytes(StandardCharsets.ISO_8859_1), octets);
            return new String(made, StandardCharsets.ISO_8859_1);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every Java platform has " + algorithm, absent);
        }
    }

    private static String javaName(String algorithm) {
        return switch (algorithm) {
            case "md5" -> "MD5";
            case "sha1" -> "SHA-1";
            default -> "SHA-256";
        };
    }

    private static byte[] keyed(String algorithm, byte[] key, byte[] octets) throws GeneralSecurityException {
        String name = "Hmac" + algorithm.toUpperCase(java.util.Locale.ROOT);
        Mac mac = Mac.getInstance(name);
        // An empty key is one of a zero octet to HMAC, which pads keys with zeros; Java refuses none at all.
        mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, name));
        return mac.doFinal(octets);
    }

    @Override
    public void close() throws JavetException {
        run.close();
        digest.close();
        look.close();
        isolate.close();
    }
}
