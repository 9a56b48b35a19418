package dev.perigee.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wildcard stays within its part of the URL, but for the ones at the end of domain and path. */
class ResourcePatternTest {
    @ParameterizedTest(name = "{0} and {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "https://d1.net/a.jpg | https://d1.net/a.jpg | true",
                "https://d1.net/a.jpg | http://d1.net/a.jpg | false",
                "https://d1.net/a.jpg | https://d1.net/a.jpg?x=1 | false",
                "https://d1.net/a.jpg | https://d1.net/A.jpg | false",
                "https://d1.net/a.jpg?x=1 | https://d1.net/a.jpg?x=1 | true",
                "https://d1.net/a.jpg?x=1 | https://d1.net/a.jpg | false",
                "https://d1.net/a.jpg?x=1 | https://d1.net/a.jpgzx=1 | false",
                "https://d1.net/a.jpg?x=1&y=2 | https://d1.net/a.jpg?y=2&x=1 | false",
                "https://d1.net/a.jpg?x=* | https://d1.net/a.jpg?x=anything&y=/z | true",
                "https://d1.net/a.jpg?* | https://d1.net/a.jpg?x=1 | true",
                "https://d1.net/a.jpg?* | https://d1.net/a.jpg | true",
                "https://d1.net/a.jpg?x=? | https://d1.net/a.jpg?x=1 | true",
                "https://d1.net/a.jpg?x=? | https://d1.net/a.jpg?x=12 | false",
                "https://d1.net/a.jpg\\?x=1 | https://d1.net/a.jpg?x=1 | true",
                "https://d1.net/a.jpg\\?x | https://d1.net/a.jpg?x | true",
                "https://d1.net/a.jpg\\?x | https://d1.net/a.jpgzx | false",
                "https://d1.net/a.jpg?q=a\\?b | https://d1.net/a.jpg?q=a?b | true",
                "https://d1.net/a.jpg?q=a\\?b | https://d1.net/a.jpg?q=axb | false",
                "https://d1.net/a?.jpg | https://d1.net/a1.jpg | true",
                "https://d1.net/a?.jpg | https://d1.net/a.jpg | false",
                "https://d1.net/a?.jpg?x=1 | https://d1.net/a1.jpg?x=1 | true",
                "https://d1.net/a?.jpg?x=1 | https://d1.net/a1.jpg?x=2 | false",
                "https://d1.net/hello* | https://d1.net/hello | true",
                "https://d1.net/hello* | https://d1.net/hello/there/you?x=1 | true",
                "https://d1.net/hello* | https://d1.net/hell | false",
                "https://d1.net/hello*?* | https://d1.net/hello2?x=1 | true",
                "https://d1.net/*.jpg | https://d1.net/a/b.jpg | true",
                "https://d1.net/*.jpg | https://d1.net/a/b.jpg?x=1 | false",
                "https://d1.net/*.jpg | https://d1.net/a?x=.jpg | false",
                "https://d1.net/*a*b | https://d1.net/xaxbxb | true",
                "https://d1.net/*a*b | https://d1.net/xaxbx | false",
                "https://d1.net/a/*/c | https://d1.net/a//c | true",
                "https://d1.net* | https://d1.net/a?x | true",
                "https://d1.net* | https://d1.network/a | true",
                "https://d1.net | https://d1.net/ | false",
                "https://*.net/a | https://d1.net/a | true",
                "https://*.net/a | https://evil.org/x.net/a | false",
                "https://*/a | https://d1.net:8443/a | true",
                "https://*/a | https://d1.net/b/a | false",
                "https://d?.net/a | https://d1.net/a | true",
                "https://d?.net/a | https://d/.net/a | false",
                "https://d1.net/ | https://d1.net:443/ | false",
                "https://d1.net:443/ | https://d1.net:443/ | true",
                "*://d1.net/a | http://d1.net/a | true",
                "*.net/a | https://d1.net/a | true",
                "*.net/a | https://d1.org/a | false",
                "*/a | https://d1.net/a | true",
                "*/a | https://d1.net/a?b | false",
                "*/a/* | http://d1.net/a/b?c | true",
                "* | http://d1.net/a/b?c | true",
                "https://* | https://d1.net/a/b?c | true",
                "https://* | http://d1.net/a/b?c | false",
                "https://d1.net/? | https://d1.net/ | true",
                "https://d1.net/** | https://d1.net/a | true",
            })
    void matches(String pattern, String url, boolean expected) {
        int host = url.indexOf("://") + 3;
        int path = url.indexOf('/', host);
        int mark = url.indexOf('?', path);
        ViewerUrl viewer = new ViewerUrl(
                url.substring(0, host - 3),
                url.substring(host, path),
                mark < 0 ? url.substring(path) : url.substring(path, mark),
                mark < 0 ? null : url.substring(mark + 1));
        ResourcePattern parsed = Objects.requireNonNull(ResourcePattern.parse(pattern));
        assertEquals(expected, parsed.matches(viewer));
    }
}
