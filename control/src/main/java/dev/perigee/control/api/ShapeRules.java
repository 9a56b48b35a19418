package dev.perigee.control.api;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * What holds for every shape of the API, whatever it means: required members are there, values of enums are among them,
 * Quantity says how many Items there are.
 */
final class ShapeRules {
    /** Required members by shape, as far as they can occur in request bodies. */
    static final Map<String, Set<String>> REQUIRED = required();

    private static final Map<Class<?>, Map<String, Set<String>>> ENUMS = new ConcurrentHashMap<>();

    private ShapeRules() {}

    static void check(String path, SdkPojo shape) throws Refused {
        Set<String> required = REQUIRED.getOrDefault(shape.getClass().getSimpleName(), Set.of());
        Map<String, Set<String>> enums = ENUMS.computeIfAbsent(shape.getClass(), ShapeRules::enums);
        for (SdkField<?> field : shape.sdkFields()) {
            Object value = field.getValueOrDefault(shape);
            String child = path + "/" + field.locationName();
            if (value == null || (value instanceof List<?> list && list.isEmpty())) {
                Refused.unless(
                        value != null || !required.contains(field.memberName()),
                        field.memberName().equals("IfMatch") ? "InvalidIfMatchVersion" : "InvalidArgument",
                        "The parameter " + child + " is required.");
                continue;
            }
            checkValue(child, value, enums.get(field.memberName()));
        }
        checkQuantity(path, shape);
    }

    private static void checkValue(String path, Object value, @Nullable Set<String> allowed) throws Refused {
        switch (value) {
            case SdkPojo shape -> check(path, shape);
            case List<?> list -> {
                for (Object item : list) checkValue(path, item, allowed);
            }
            case String text ->
                Refused.unless(
                        allowed == null || allowed.contains(text),
                        "InvalidArgument",
                        path + " is '" + text + "', which is not one of " + allowed + ".");
            default -> {}
        }
    }

    private static void checkQuantity(String path, SdkPojo shape) throws Refused {
        Object quantity = null;
        int items = 0;
        for (SdkField<?> field : shape.sdkFields()) {
            Object value = field.getValueOrDefault(shape);
            if (field.memberName().equals("Quantity")) quantity = value;
            if (field.memberName().equals("Items") && value instanceof List<?> list) items = list.size();
        }
        Refused.unless(
                quantity == null || quantity.equals(items),
                "InconsistentQuantities",
                "The Quantity of " + path + " is " + quantity + ", but it has " + items + " Items.");
    }

    /** Values of each member that the SDK's accessor gives as an enum. */
    private static Map<String, Set<String>> enums(Class<?> shape) {
        Map<String, Set<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Method method : shape.getMethods()) {
            if (method.getParameterCount() > 0) continue;
            Class<?> type = method.getReturnType();
            if (method.getGenericReturnType() instanceof ParameterizedType list
                    && type == List.class
                    && list.getActualTypeArguments()[0] instanceof Class<?> item) {
                type = item;
            }
            if (!type.isEnum()) continue;
            Set<String> names = new HashSet<>(names(type));
            names.addAll(NewerMembers.values(shape.getSimpleName(), capitalised(method.getName())));
            values.put(method.getName(), Set.copyOf(names));
        }
        return values;
    }

    private static String capitalised(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(Object::toString)
                .filter(name -> !name.equals("null"))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, Set<String>> required() {
        // The SDK spells some shapes in other case than the API, as it does members.
        Map<String, Set<String>> required = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String[] row : Table.rows("required.tsv")) {
            required.put(row[0], Set.of(row[1].split(",")));
        }
        return required;
    }
}
