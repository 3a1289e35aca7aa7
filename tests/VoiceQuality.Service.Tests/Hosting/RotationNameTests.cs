using VoiceQuality.Service.Hosting;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class RotationNameTests
{
    private const string Default = "*.pcap;*.pcapng;*.pcap.gz;*.pcapng.gz";

    [Theory]
    [InlineData("edge-20261122-100000.pcap", "edge-20261122-100500.pcap", 1)] // tcpdump -G, the day is the same
    [InlineData("edge-20261122-235500.pcap", "edge-20261123-000000.pcap", 2)]
    [InlineData("edge.pcap", "edge.pcap1", 1)] // tcpdump -C
    [InlineData("edge.pcap09", "edge.pcap10", 1)] // tcpdump -C -W 20
    [InlineData("edge_00001_20261122100000.pcapng", "edge_00002_20261122100500.pcapng", 2)] // dumpcap -b
    [InlineData("edge-1000.pcap.gz", "edge-1005.pcap", 1)]
    [InlineData("sbc1-1000.pcap", "sbc2-1005.pcap", 2)]
    public void Names_of_one_rotation_differ_in_numbers_alone(string one, string other, int difference)
    {
        Assert.Equal(RotationName.Of(one).Pattern, RotationName.Of(other).Pattern);
        Assert.Equal(difference, RotationName.Of(one).DifferenceFrom(RotationName.Of(other)));
    }

    [Theory]
    [InlineData("east-1000.pcap", "west-1005.pcap")]
    [InlineData("edge-1000.pcap", "edge-1005.pcapng")]
    [InlineData("edge-1000.pcap", "edge-1000-2.pcap")]
    public void Other_names_are_other_rotations(string one, string other) =>
        Assert.NotEqual(RotationName.Of(one).Pattern, RotationName.Of(other).Pattern);

    [Theory]
    [InlineData("edge.pcap", true)]
    [InlineData("edge.pcap1", true)]
    [InlineData("edge.pcap12.gz", true)]
    [InlineData("edge.pcapng.gz", true)]
    [InlineData("edge.pcap.part", false)]
    [InlineData("edge.txt", false)]
    [InlineData("edge.txt1", false)]
    public void The_pattern_of_a_folder_takes_numbers_behind_the_name(string name, bool isMatch) =>
        Assert.Equal(isMatch, RotationName.Matches(Default, name));

    [Fact]
    public void A_file_that_begins_in_the_middle_of_another_is_no_part_of_its_rotation()
    {
        var rotation = new CaptureRotation();
        rotation.Add(new CapturedFile("a", RotationName.Of("sbc1-1000.pcap"), 0, 300_000_000));
        rotation.Add(new CapturedFile("c", RotationName.Of("sbc1-1010.pcap"), 600_000_000, 900_000_000));

        Assert.False(rotation.Admits(RotationName.Of("sbc2-1000.pcap"), 2_000_000, 3_000_000));
        Assert.True(rotation.Admits(RotationName.Of("sbc1-1005.pcap"), 299_999_000, 599_000_000));
        Assert.True(rotation.Admits(RotationName.Of("sbc1-1015.pcap"), 900_000_100, 950_000_000));
        Assert.False(rotation.Admits(RotationName.Of("west1-1015.pcap"), 900_000_100, 950_000_000));
    }

    [Theory]
    [InlineData(10_000_000, 60_000_000, false)] // with it, to its end
    [InlineData(10_400_000, 60_000_000, false)] // 0.4 s after it
    [InlineData(9_600_000, 60_000_000, false)] // 0.4 s before it
    [InlineData(9_600_000, 10_900_000, true)] // 1.3 s, of which it overlaps less than 1 s
    [InlineData(59_200_000, 120_000_000, true)] // 0.8 s before its end
    public void A_file_that_begins_with_another_is_no_part_of_its_rotation(long firstUs, long lastUs, bool isPart)
    {
        var rotation = new CaptureRotation();
        rotation.Add(new CapturedFile("a", RotationName.Of("tap1.pcap"), 10_000_000, 60_000_000));

        Assert.Equal(isPart, rotation.Admits(RotationName.Of("tap2.pcap"), firstUs, lastUs));
    }
}
