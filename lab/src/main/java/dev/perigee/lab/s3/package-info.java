/** An S3 endpoint inside the process: S3Proxy over files. */
@NullMarked
package dev.perigee.lab.s3;

import org.jspecify.annotations.NullMarked;
