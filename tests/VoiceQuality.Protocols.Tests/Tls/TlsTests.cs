using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Protocols.Tests.Tls;

public sealed class TlsTests
{
    // RFC 8448 section 3: the client's traffic secret and its one record of application data, 50 octets from 0 to 49.
    private const string Secret = "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";

    private const string Record =
        "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2"
            + "977014bd1e3deae63aeebb21694915e4";

    [Fact]
    public void The_record_of_RFC_8448_opens_under_its_number_alone()
    {
        var record = Convert.FromHexString(Record);
        var plain = new byte[record.Length];
        using var cipher = TlsRecordCipher.OfTrafficSecret(0x1301, Convert.FromHexString(Secret))!;

        Assert.True(cipher.TryOpen(record.AsSpan(0, 5), record.AsSpan(5), 0, plain, out var length, out var type));
        Assert.Equal(23, type);
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (byte)i), plain[..length]);
        Assert.False(cipher.TryOpen(record.AsSpan(0, 5), record.AsSpan(5), 1, plain, out _, out _));
        for (var length2 = 0; length2 < record.Length - 5; length2++)
        {
            Assert.False(cipher.TryOpen(record.AsSpan(0, 5), record.AsSpan(5, length2), 0, plain, out _, out _));
        }
    }

    [Fact]
    public void A_key_log_gives_what_it_names_and_passes_over_the_rest()
    {
        var log = new TlsKeyLog();
        var random = new string('a', 62) + "0F";

        Assert.True(log.Add($"CLIENT_TRAFFIC_SECRET_0 {random} {Secret}"));
        Assert.True(log.Add($"CLIENT_RANDOM {random} {new string('1', 96)}\r"));
        Assert.False(log.Add("# a remark"));
        Assert.False(log.Add(""));
        Assert.False(log.Add($"CLIENT_HANDSHAKE_TRAFFIC_SECRET {random} {Secret}"));
        Assert.False(log.Add($"CLIENT_RANDOM {random[1..]} {Secret}"));
        Assert.False(log.Add($"CLIENT_RANDOM {random[1..]}x {Secret}"));
        Assert.False(log.Add($"CLIENT_RANDOM {random} {Secret[1..]}"));
        Assert.False(log.Add($"CLIENT_RANDOM {random} {new string('1', 98)}"));

        Assert.Equal(2, log.Count);
        var key = Convert.FromHexString(random);
        Assert.True(log.TryFind(TlsSecretKind.ClientTraffic, key, out var secret));
        Assert.Equal(Convert.FromHexString(Secret), secret.ToArray());
        Assert.True(log.TryFind(TlsSecretKind.Master, key, out secret));
        Assert.Equal(48, secret.Length);
        Assert.False(log.TryFind(TlsSecretKind.ServerTraffic, key, out _));
        Assert.False(log.TryFind(TlsSecretKind.Master, key.AsSpan(1), out _));
    }

    [Fact]
    public void A_secret_that_is_none_of_the_suite_opens_nothing_and_throws_nothing()
    {
        // Whoever repeats a ClientHello answers it with a suite of his choice. A traffic secret is as long as the
        // output of the suite's hash (RFC 8446 section 7.1): 32 octets with SHA-256, 48 with SHA-384.
        Assert.Null(TlsRecordCipher.OfTrafficSecret(0x1302, new byte[32]));
        Assert.Null(TlsRecordCipher.OfTrafficSecret(0x1301, new byte[48]));
        Assert.Null(TlsRecordCipher.OfTrafficSecret(0x1303, new byte[1]));
        using var cipher = TlsRecordCipher.OfTrafficSecret(0x1302, new byte[48]);
        Assert.NotNull(cipher);
    }

    [Fact]
    public void A_key_log_has_a_limit_and_the_oldest_make_room()
    {
        var log = new TlsKeyLog(limit: 3);
        for (var i = 0; i < 10; i++)
        {
            log.Add($"CLIENT_RANDOM {i:x64} {Secret}");
        }

        Assert.Equal(3, log.Count);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i >= 7, log.TryFind(TlsSecretKind.Master, Convert.FromHexString($"{i:x64}"), out _));
        }
    }

    [Fact]
    public void Any_octets_at_all_are_a_hello_or_none() =>
        Prop.ForAll<byte[]>(octets =>
        {
            byte[] hello = [2, 0, 0, (byte)octets.Length, .. octets];
            return (!TlsHello.TryParse(octets, out var bare) || bare.Random.Length == 32)
                && (!TlsHello.TryParse(hello, out var read) || read.Random.Length == 32);
        }).QuickCheckThrowOnFailure();
}
