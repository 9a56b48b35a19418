package dev.perigee.lab.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketHostsTest {
    @ParameterizedTest(name = "{0} names {1}")
    @CsvSource({
        "photos.s3.amazonaws.com, photos",
        "photos.s3.amazonaws.com:4566, photos",
        "PHOTOS.S3.amazonaws.com, photos",
        "photos.s3.eu-west-1.amazonaws.com, photos",
        "photos.s3-us-west-2.amazonaws.com, photos",
        "photos.s3.dualstack.us-east-1.amazonaws.com, photos",
        "photos.s3.cn-north-1.amazonaws.com.cn, photos",
        "my.dotted.bucket.s3.amazonaws.com, my.dotted.bucket",
        "photos.s3.localhost:4566, photos",
        "photos.localhost:4566, photos",
        "s3.amazonaws.com,",
        "s3.eu-west-1.amazonaws.com,",
        "s3.localhost:4566,",
        "localhost:4566,",
        "127.0.0.1:4566,",
        "[::1]:4566,",
        "photos.example.com,",
        "photos.s3.amazonaws.com.example.com,",
        ","
    })
    void findsTheBucket(@Nullable String host, @Nullable String bucket) {
        assertEquals(bucket, BucketHosts.bucketOf(host));
    }
}
