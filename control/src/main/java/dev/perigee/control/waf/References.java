package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import java.util.List;

/** What statements refer to by ARN. */
public interface References {
    /** The addresses of an IP set. */
    List<String> addresses(String arn) throws Refused;

    /** The expressions of a regex pattern set. */
    List<String> expressions(String arn) throws Refused;

    /** A rule group. */
    RuleGroup group(String arn) throws Refused;

    /** Refers to nothing, as the rules of managed groups. */
    References NONE = new References() {
        @Override
        public List<String> addresses(String arn) throws Refused {
            throw missing(arn);
        }

        @Override
        public List<String> expressions(String arn) throws Refused {
            throw missing(arn);
        }

        @Override
        public RuleGroup group(String arn) throws Refused {
            throw missing(arn);
        }
    };

    static Refused missing(String arn) {
        return new Refused(
                "WAFNonexistentItemException",
                "AWS WAF couldn't perform the operation because your resource doesn't exist: " + arn);
    }
}
