package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.V8Runtime;
import com.caoccao.javet.values.reference.V8ValueFunction;
import dev.perigee.core.plan.EdgeFunction;

/** Judges sources: what the documented runtimes do not have is refused before V8, which has more, sees it. */
final class Syntax implements AutoCloseable {
    private final V8Runtime isolate;
    private final V8ValueFunction check;

    /**
     * What a source comes to.
     *
     * @param factory an expression in JavaScript that makes the handler; empty when there is an error
     */
    record Checked(String factory, String error) {}

    Syntax() throws JavetException {
        isolate = V8.isolate();
        isolate.getExecutor(Scripts.read(Scripts.ACORN)).executeVoid();
        try (V8ValueFunction make =
                        isolate.getExecutor(Scripts.read("syntax.js")).execute();
                var acorn = isolate.getGlobalObject().get("acorn")) {
            check = make.call(null, acorn);
        }
    }

    Checked check(EdgeFunction function) throws JavetException {
        int version = function.runtime() == EdgeFunction.JsRuntime.JS_1_0 ? 1 : 2;
        String answer = check.callString(null, function.source(), version);
        String text = answer.substring(1);
        return answer.startsWith("=") ? new Checked(text, "") : new Checked("", text);
    }

    @Override
    public void close() throws JavetException {
        check.close();
        isolate.close();
    }
}
