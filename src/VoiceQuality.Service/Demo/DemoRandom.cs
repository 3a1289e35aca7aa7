namespace VoiceQuality.Service.Demo;

/// <summary>
/// A small generator (splitmix64) of our own: the same seed must make the same demonstration on every runtime.
/// </summary>
internal struct DemoRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform from <paramref name="from"/> (included) to <paramref name="below"/> (excluded).</summary>
    public int Next(int from, int below) => from + (int)(((NextUInt64() >> 32) * (ulong)(below - from)) >> 32);

    /// <summary>Uniform in 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    private ulong NextUInt64()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
