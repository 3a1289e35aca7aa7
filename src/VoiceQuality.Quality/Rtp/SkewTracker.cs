namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Establishes the clock skew of a stream while it goes on, from the points of its lower envelope: one for every 10 s
/// of arrivals. Two blocks of points that follow one another, each fitted by itself, have to say the same.
/// </summary>
/// <remarks>
/// <para>A step of the network's delay lies in one block, whose points then lie on no line, or between two, where it
/// bends neither; it never makes two blocks agree. A block begins with 4 points. When its slope is not known to
/// <see cref="MostErrorPpm"/> it grows to 8, then a new one begins that may grow to 16, then to 32, which is what the
/// noise of a rough path needs.</para>
/// <para>Allocated with the first point, so that short streams do without.</para>
/// </remarks>
internal sealed class SkewTracker
{
    /// <summary>Points of the first block: 40 s.</summary>
    public const int FirstBlock = 4;

    /// <summary>Points of the longest block: 320 s.</summary>
    public const int LongestBlock = 32;

    /// <summary>Standard error of a block's slope above which it says nothing, ppm.</summary>
    public const double MostErrorPpm = 15;

    /// <summary>By how much two blocks may differ, ppm.</summary>
    public const double MostDifferencePpm = 30;

    /// <summary>A slope above this is no skew of clocks, ppm; real ones stay within 500.</summary>
    public const double MostSkewPpm = 1_000;

    /// <summary>µs over 0.1 s are ten millionths.</summary>
    private const double PpmOfSlope = 10;

    // Of 32 points whose line bends by 64 ms at most: 24 bits leave an error of hundredths of a ppm.
    private float _sumX;
    private float _sumY;
    private float _sumXx;
    private float _sumXy;
    private float _sumYy;
    private int _firstX;
    private int _firstY;
    private float _previousPpm;
    private byte _count;
    private byte _target = FirstBlock;
    private byte _most = 2 * FirstBlock;
    private bool _hasPrevious;

    /// <summary>Where the line was when the sender paused last: 0.1 s and µs.</summary>
    public (int X, int Y) Base;

    /// <summary>The last point.</summary>
    public (int X, int Y) Last;

    /// <summary>Whether there was a point.</summary>
    public bool HasPoint { get; private set; }

    /// <summary>Whether two blocks have agreed, ever.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>
    /// Skew to correct by, ppm: the mean of the last two blocks that agreed; 0 before, and when it is less than twice
    /// its own error. Positive when packets come later and later.
    /// </summary>
    public float Ppm { get; private set; }

    /// <summary>A tracker in the same state that goes on by itself.</summary>
    public SkewTracker Clone() => (SkewTracker)MemberwiseClone();

    /// <summary>Adds a point of the envelope.</summary>
    /// <param name="x">When it was, 0.1 s.</param>
    /// <param name="y">The least transit, µs.</param>
    /// <returns>True when <see cref="Ppm"/> was found anew.</returns>
    public bool Add(int x, int y)
    {
        Last = (x, y);
        HasPoint = true;
        Accumulate(x, y);

        if (_count < _target)
        {
            return false;
        }

        Fit(out var ppm, out var errorPpm);

        if (!(errorPpm <= MostErrorPpm) || Math.Abs(ppm) > MostSkewPpm)
        {
            LookLonger();
            return false;
        }

        var isAgreed = _hasPrevious && Math.Abs(ppm - _previousPpm) <= MostDifferencePpm;

        if (isAgreed)
        {
            var meanPpm = (ppm + _previousPpm) / 2;
            IsEstablished = true;
            Ppm = Math.Abs(meanPpm) < 2 * errorPpm ? 0 : (float)meanPpm;
        }

        _previousPpm = (float)ppm;
        _hasPrevious = true;
        _most = (byte)Math.Min(LongestBlock, Math.Max(_most, 2 * _count));
        BeginBlock();
        return isAgreed;
    }

    /// <summary>Makes it as good as new.</summary>
    public void Reset()
    {
        Base = default;
        Last = default;
        HasPoint = false;
        IsEstablished = false;
        Ppm = 0;
        _hasPrevious = false;
        _target = FirstBlock;
        _most = 2 * FirstBlock;
        BeginBlock();
    }

    private void Accumulate(int x, int y)
    {
        if (_count == 0)
        {
            (_firstX, _firstY) = (x, y);
        }

        float dx = x - (long)_firstX;
        float dy = y - (long)_firstY;
        _count++;
        _sumX += dx;
        _sumY += dy;
        _sumXx += dx * dx;
        _sumXy += dx * dy;
        _sumYy += dy * dy;
    }

    /// <summary>Slope of the block by least squares, and its standard error by what lies off the line, ppm.</summary>
    private void Fit(out double ppm, out double errorPpm)
    {
        var xx = _sumXx - ((double)_sumX * _sumX / _count);
        var xy = _sumXy - ((double)_sumX * _sumY / _count);
        var yy = _sumYy - ((double)_sumY * _sumY / _count);
        var slope = xy / xx;
        ppm = PpmOfSlope * slope;
        errorPpm = PpmOfSlope * Math.Sqrt(Math.Max(0, yy - (slope * xy)) / (_count - 2) / xx);
    }

    private void LookLonger()
    {
        _hasPrevious = false;

        if (_count < _most)
        {
            _target = (byte)Math.Min(2 * _target, _most);
            return;
        }

        _most = (byte)Math.Min(2 * _most, LongestBlock);
        _target = FirstBlock;
        BeginBlock();
    }

    private void BeginBlock()
    {
        _count = 0;
        _sumX = 0;
        _sumY = 0;
        _sumXx = 0;
        _sumXy = 0;
        _sumYy = 0;
    }
}
