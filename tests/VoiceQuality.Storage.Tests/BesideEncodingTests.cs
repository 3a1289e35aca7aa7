using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Tests;

public class BesideEncodingTests
{
    [Fact]
    public void Counters_from_before_are_all_there_is()
    {
        var stream = SampleCalls.Stream(1, 500);
        var writer = new OctetWriter();
        MeasurementEncoding.Write(writer, stream);
        var octets = writer.ToArray();

        Assert.Equal(octets, BesideEncoding.Skip(octets).ToArray());
        Assert.Same(stream, BesideEncoding.Read(octets, stream));
    }

    [Fact]
    public void What_breaks_off_is_told_and_not_read()
    {
        var stream = SampleCalls.Stream(1, 500) with { FirstSequenceNumber = 7, Recovered = 2 };
        var writer = new OctetWriter();
        BesideEncoding.Write(writer, stream);
        var octets = writer.ToArray();

        Assert.Equal(((ushort?)7, 2L), (
            BesideEncoding.Read(octets, SampleCalls.Stream(1, 500)).FirstSequenceNumber,
            BesideEncoding.Read(octets, SampleCalls.Stream(1, 500)).Recovered));
        for (var length = 1; length < octets.Length; length++)
        {
            Assert.Throws<StoredDataException>(() => BesideEncoding.Skip(octets.AsMemory(0, length)));
        }

        octets[^1] = (byte)'x';
        Assert.Throws<StoredDataException>(() => BesideEncoding.Read(octets, stream));
    }
}
