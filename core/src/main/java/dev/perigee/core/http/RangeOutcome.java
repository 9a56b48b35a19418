package dev.perigee.core.http;

import java.util.List;

/** What a Range field asks of a representation. */
public sealed interface RangeOutcome {
    Whole WHOLE = new Whole();
    Unsatisfiable UNSATISFIABLE = new Unsatisfiable();

    /** The field is to be ignored: 200 with everything. */
    record Whole() implements RangeOutcome {}

    /** 206: ascending ranges without overlap, at least one. */
    record Satisfiable(List<ByteRange> ranges) implements RangeOutcome {
        public Satisfiable {
            ranges = List.copyOf(ranges);
            if (ranges.isEmpty()) throw new IllegalArgumentException("no range");
        }
    }

    /** 416: no range touches the representation. */
    record Unsatisfiable() implements RangeOutcome {}
}
