package dev.perigee.control.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** All operations of the API, and which one a request means. */
final class OperationTable {
    static final List<Operation> ALL =
            Table.rows("operations.tsv").stream().map(Operation::of).toList();

    private OperationTable() {}

    /** The operation with its path parameters. */
    record Match(Operation operation, Map<String, String> path) {}

    static Match match(Call call) throws Refused {
        List<String> path = Operation.segments(call.path());
        Map<String, String> query = call.parameters();
        List<Operation> here = new ArrayList<>();
        for (Operation operation : ALL) {
            if (operation.sharesPath(path)) here.add(operation);
        }
        if (here.isEmpty()) throw new Refused("UnknownOperation", "No operation has the path " + call.path() + ".");
        Operation chosen = null;
        for (Operation operation : here) {
            if (!operation.method().equals(call.method()) || !operation.chosenBy(query)) continue;
            if (chosen == null || operation.discriminator() != null) chosen = operation;
        }
        if (chosen == null) throw notAllowed(call, here);
        return new Match(chosen, chosen.pathParameters(path));
    }

    private static Refused notAllowed(Call call, List<Operation> here) {
        TreeSet<String> allowed = new TreeSet<>();
        for (Operation operation : here) {
            String query = operation.discriminator() == null ? "" : " with ?" + operation.discriminator();
            allowed.add(operation.method() + query);
        }
        return new Refused(
                "MethodNotAllowed",
                call.method() + " is not an operation on " + call.path() + "; there are " + String.join(", ", allowed)
                        + ".");
    }

    /** The SDK writes WebAcl where the API has WebACL; nothing else differs. */
    static boolean sameName(String operation, String sdkName) {
        return operation.equalsIgnoreCase(sdkName);
    }

    static Operation named(String sdkName) {
        return ALL.stream()
                .filter(operation -> sameName(operation.name(), sdkName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation " + sdkName));
    }
}
