package dev.perigee.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.Challenges;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanDocumentTest {
    private static final int MUTATIONS = 5_000;

    @Test
    void richPlanComesBackEqual() throws MalformedPlanException {
        Plan plan = SamplePlans.rich();
        assertEquals(plan, PlanDocument.decode(PlanDocument.encode(plan)));
    }

    @Test
    void emptyPlanComesBackEqual() throws MalformedPlanException {
        assertEquals(Plan.EMPTY, PlanDocument.decode(PlanDocument.encode(Plan.EMPTY)));
    }

    @Test
    void documentBeginsWithOneReadableLine() {
        String document = new String(PlanDocument.encode(SamplePlans.rich()), UTF_8);
        String line = document.substring(0, document.indexOf('\n'));
        String json = document.substring(line.length() + 1);
        assertTrue(line.matches("perigee-plan 6 42 " + json.getBytes(UTF_8).length + " [0-9a-f]{64}"), line);
        assertTrue(json.startsWith("{\"version\":42,\"distributions\":[{\"id\":\"EPHOTOS\","), json);
    }

    @Test
    void equalPlansMakeEqualDocuments() {
        assertArrayEquals(PlanDocument.encode(SamplePlans.rich()), PlanDocument.encode(SamplePlans.rich()));
    }

    @Test
    void methodsAreWrittenInAFixedOrder() {
        String json = json(SamplePlans.rich());
        assertTrue(json.contains("\"allowedMethods\":[\"GET\",\"HEAD\",\"OPTIONS\"]"), json);
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("cut at the end", document -> Arrays.copyOf(document, document.length - 1)),
                damage("cut in the header", document -> Arrays.copyOf(document, 20)),
                damage(
                        "header alone",
                        document -> Arrays.copyOf(document, json(document).start())),
                damage("nothing", document -> new byte[0]),
                damage("a line feed", document -> new byte[] {'\n'}),
                damage("doubled", document -> concatenated(document, document)),
                damage("one byte more", document -> Arrays.copyOf(document, document.length + 1)),
                damage("a leading space", document -> concatenated(new byte[] {' '}, document)),
                damage("another schema", document -> replaced(document, "perigee-plan 6 ", "perigee-plan 5 ")),
                damage("schema 01", document -> replaced(document, "perigee-plan 6 ", "perigee-plan 06 ")),
                damage("another format", document -> replaced(document, "perigee-plan", "apogee-plan")),
                damage("another version in the header", document -> replaced(document, " 42 ", " 43 ")),
                damage("a signed version", document -> replaced(document, " 42 ", " +42 ")),
                damage("a version out of range", document -> replaced(document, " 42 ", " 99999999999999999999 ")),
                damage("two spaces", document -> replaced(document, " 42 ", "  42 ")),
                damage("one changed letter", document -> replaced(document, "EPHOTOS", "EPHOTOZ")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void refusesDamagedDocuments(String name, UnaryOperator<byte[]> damage) {
        byte[] damaged = damage.apply(PlanDocument.encode(SamplePlans.rich()));
        assertThrows(MalformedPlanException.class, () -> PlanDocument.decode(damaged));
    }

    /** With a right checksum: written by a faulty or a newer writer. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\":42 | \"version\":41 | version 42, the plan 41",
                "\"version\":42 | \"version\":42,\"version\":42 | version",
                "\"version\":42 | \"version\":42,\"extra\":1 | extra",
                "\"version\":42 | \"version\":\"42\" | coerce",
                "\"version\":42 | \"version\":42.0 | coerce",
                "\"version\":42 | \"version\":-42 | negative",
                "\"version\":42 | \"version\":null | null",
                "\"version\":42, | `` | version",
                "\"version\":42, | \"version\":42,, | Unexpected character",
                "\"defaultDistribution\":\"EPHOTOS\" | \"defaultDistribution\":\"ENONE\" | ENONE is not listed",
                "\"defaultDistribution\":\"EPHOTOS\" | \"defaultDistribution\":7 | coerce",
                "\"sequence\":9 | \"sequence\":7 | purge 7 follows purge 7",
                "\"sequence\":9 | \"sequence\":3 | purge 3 follows purge 7",
                "\"sequence\":9 | \"sequence\":0 | not positive",
                "\"purgeFloor\":6 | \"purgeFloor\":-1 | negative",
                "\"id\":\"EOTHERS\" | \"id\":\"EPHOTOS\" | listed twice",
                "*.example.org | images.pettracker.com | belongs to",
                "\"enabled\":true | \"enabled\":\"true\" | boolean",
                "\"enabled\":true, | `` | enabled",
                "\"enabled\":true | \"enabled\":null | null",
                "\"mode\":\"NONE\" | \"mode\":\"SOME\" | SOME",
                "\"mode\":\"NONE\" | \"mode\":0 | 0",
                "\"type\":\"signed\" | \"type\":\"secret\" | secret",
                "\"type\":\"signed\", | `` | type",
                "\"type\":\"anonymous\" | \"type\":\"signed\" | service",
                "\"pathPattern\":\"*\" | \"pathPattern\":\"/x\" | not the default",
                "\"headers\":[\"origin\"] | \"headers\":[null] | null",
                "\"headers\":[\"origin\"] | \"headers\":null | null",
                "\"headers\":[\"origin\"] | \"headers\":\"origin\" | `List`",
                "\"minTtl\":1 | \"minTtl\":-1 | out of order",
                "\"minTtl\":1 | \"minTtl\":90000 | out of order",
                "\"httpPort\":80, | \"httpPort\":80000, | ports",
                "\"connectionAttempts\":3 | \"connectionAttempts\":0 | never tried",
                "\"connectionAttempts\":3 | \"connectionAttempts\":3000000000 | range",
                "\"cachedMethods\":[\"GET\",\"HEAD\"] | \"cachedMethods\":[] | `empty`",
                "\"cachedMethods\":[\"GET\",\"HEAD\"] | \"cachedMethods\":[\"DELETE\"] | does not allow",
                "\"name\":\"X-Secret\", | `` | name",
                "\"policy\":\"TLS_V1\" | \"policy\":\"TLS_V9\" | TLS_V9",
                "\"certificate\":\"arn | \"certificate\":\"urn | is not listed",
                "\"chain\":[\"MII=\"] | \"chain\":[] | empty chain",
            })
    void refusesInconsistentPlans(String part, String instead, String reason) {
        String json = json(SamplePlans.rich());
        assertTrue(json.contains(part), () -> part + " is not in " + json);
        MalformedPlanException refused = assertThrows(
                MalformedPlanException.class, () -> PlanDocument.decode(sealed(42, json.replace(part, instead))));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(reason.replace("`", "")), message);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"``", "null", "[]", "42", "\"plan\"", "{}", "{", "\u0000", "{} {}", "NaN"})
    void refusesOtherJson(String json) {
        assertThrows(MalformedPlanException.class, () -> PlanDocument.decode(sealed(0, json)));
    }

    @Test
    void refusesWhatFollowsThePlan() {
        String json = json(SamplePlans.rich());
        assertThrows(MalformedPlanException.class, () -> PlanDocument.decode(sealed(42, json + json)));
        assertThrows(MalformedPlanException.class, () -> PlanDocument.decode(sealed(42, json + " 1")));
    }

    @Test
    void refusesDeepNesting() {
        String json = "[".repeat(100_000);
        assertThrows(MalformedPlanException.class, () -> PlanDocument.decode(sealed(0, json)));
    }

    @Test
    void toleratesAnExplicitNullWhereOneIsAllowed() throws MalformedPlanException {
        String json =
                json(SamplePlans.rich()).replace("\"defaultDistribution\":\"EPHOTOS\"", "\"defaultDistribution\":null");
        assertEquals(null, PlanDocument.decode(sealed(42, json)).defaultDistribution());
    }

    /** Whatever was written is read again: a value that only fails at the edges would stop all further plans. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\ud83d\ude00",
                "\ud83d",
                "\ud83dx",
                "\ude00",
                "\u0000\u001f\u007f\u2028",
                "\"\\/\b",
                "\uffff"
            })
    void anyTextComesBackOrIsNotWritten(String text) throws MalformedPlanException {
        var plan = new Plan(
                1, List.of(), List.of(new Purge(1, "E1", List.of(text + "x".repeat(2_000_000)), List.of())), 0, null);
        byte[] document;
        try {
            document = PlanDocument.encode(plan);
        } catch (IllegalArgumentException unwritable) {
            return;
        }
        assertEquals(plan, PlanDocument.decode(document));
    }

    static Stream<Arguments> inconsistencies() {
        Distribution photos = SamplePlans.photos("EPHOTOS", "d1", "images.pettracker.com");
        Challenges.Http token = new Challenges.Http("token", "answer", List.of("a.test"));
        Purge purge = new Purge(3, "EPHOTOS", List.of("/*"), List.of());
        return Stream.of(
                Arguments.of("doubled distribution", new Plan(1, List.of(photos, photos), List.of(), 0, null)),
                Arguments.of(
                        "doubled token",
                        new Plan(
                                1,
                                List.of(),
                                List.of(),
                                0,
                                null,
                                List.of(),
                                List.of(),
                                new Challenges(List.of(token, token), List.of()))),
                Arguments.of("doubled purge", new Plan(1, List.of(photos), List.of(purge, purge), 0, null)),
                Arguments.of(
                        "unlisted trust store",
                        new Plan(1, List.of(SamplePlans.rich().distributions().getLast()), List.of(), 0, null)),
                Arguments.of("unknown default", new Plan(1, List.of(photos), List.of(), 0, "ENONE")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inconsistencies")
    void neverWritesWhatItWouldRefuseToRead(String name, Plan plan) {
        assertThrows(IllegalArgumentException.class, () -> PlanDocument.encode(plan));
    }

    /** Half of the mutations get a right checksum, so that they reach the JSON and the records. */
    @Test
    void randomMutationsNeverThrowAnythingElse() {
        long seed = Long.getLong("perigee.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        byte[] document = PlanDocument.encode(SamplePlans.rich());
        int start = json(document).start();
        int refused = 0;
        for (int round = 0; round < MUTATIONS; round++) {
            boolean resealed = random.nextBoolean();
            byte[] mutated =
                    mutated(resealed ? Arrays.copyOfRange(document, start, document.length) : document, random);
            try {
                PlanDocument.decode(resealed ? sealed(42, mutated) : mutated);
            } catch (MalformedPlanException expected) {
                refused++;
            } catch (RuntimeException | Error other) {
                throw new AssertionError("seed " + seed + ", round " + round, other);
            }
        }
        System.out.println("plan mutations: seed " + seed + ", " + refused + " of " + MUTATIONS + " refused");
        assertTrue(refused > MUTATIONS / 2, "seed " + seed + ": only " + refused + " refused");
    }

    private static byte[] mutated(byte[] bytes, SplittableRandom random) {
        byte[] copy = bytes.clone();
        int from = random.nextInt(copy.length);
        int to = Math.min(copy.length, from + random.nextInt(40));
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(copy, from);
            case 1 -> {
                copy[from] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
            case 2 -> {
                copy[from] = (byte) "{}[]\",:0-.e\\n\u0000".charAt(random.nextInt(14));
                yield copy;
            }
            case 3 ->
                concatenated(Arrays.copyOf(copy, to), Arrays.copyOfRange(copy, from, copy.length)); // a part doubled
            default ->
                concatenated(Arrays.copyOf(copy, from), Arrays.copyOfRange(copy, to, copy.length)); // a part lost
        };
    }

    private static Arguments damage(String name, UnaryOperator<byte[]> damage) {
        return Arguments.of(name, damage);
    }

    private static byte[] sealed(long version, String json) {
        return sealed(version, json.getBytes(UTF_8));
    }

    private static byte[] sealed(long version, byte[] json) {
        return concatenated(PlanHeader.of(version, json).line().getBytes(UTF_8), json);
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] replaced(byte[] document, String part, String instead) {
        return new String(document, UTF_8).replaceFirst(part, instead).getBytes(UTF_8);
    }

    private static String json(Plan plan) {
        return json(PlanDocument.encode(plan)).text();
    }

    private static Json json(byte[] document) {
        String text = new String(document, UTF_8);
        int start = text.indexOf('\n') + 1;
        return new Json(start, text.substring(start));
    }

    private record Json(int start, String text) {}
}
