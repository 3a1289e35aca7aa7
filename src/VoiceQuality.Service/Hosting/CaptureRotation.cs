namespace VoiceQuality.Service.Hosting;

/// <summary>A capture file that was read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its name, taken apart.</param>
/// <param name="FirstUs">Its first packet, microseconds since 1970-01-01 UTC.</param>
/// <param name="LastUs">Its last packet.</param>
internal sealed record CapturedFile(string Path, RotationName Name, long FirstUs, long LastUs);

/// <summary>
/// Files that one capturing program wrote one after another: one capture that was cut. It owns the pipeline that goes
/// on with the next of them.
/// </summary>
internal sealed class CaptureRotation
{
    /// <summary>By how much two files of one capture may overlap, microseconds.</summary>
    public const long OverlapUs = 1_000_000;

    private const int MaxFiles = 4_096;

    private readonly List<CapturedFile> _files = [];

    /// <summary>The files in the order of their packets.</summary>
    public IReadOnlyList<CapturedFile> Files => _files;

    /// <summary>Has read all of <see cref="Files"/> that matter; null when it has to be made again.</summary>
    public CapturePipeline? Live { get; private set; }

    /// <summary>The last packet of all files; the least number without any.</summary>
    public long EndUs => _files.Count > 0 ? _files.Max(static file => file.LastUs) : long.MinValue;

    /// <summary>
    /// Whether a file can be one of these: its name differs in numbers alone, and it does not begin in the middle of
    /// another one, as the file of another capture at the same time does.
    /// </summary>
    public bool Admits(RotationName name, long firstUs) =>
        _files.Count > 0 && _files[0].Name.Pattern == name.Pattern
        && !_files.Exists(file => file.FirstUs + OverlapUs < firstUs && firstUs < file.LastUs - OverlapUs);

    /// <summary>In how many numbers the name differs at least from those of the files.</summary>
    public int DifferenceFrom(RotationName name) => _files.Min(file => file.Name.DifferenceFrom(name));

    /// <summary>Enters a file in its place.</summary>
    public void Add(CapturedFile file)
    {
        var index = _files.FindLastIndex(other => other.FirstUs <= file.FirstUs) + 1;
        _files.Insert(index, file);
        if (_files.Count > MaxFiles)
        {
            _files.RemoveAt(0);
        }
    }

    /// <summary>Forgets an older content of a file; what had read it goes too.</summary>
    public void Forget(string path)
    {
        if (_files.RemoveAll(file => file.Path == path) > 0)
        {
            Replace(null);
        }
    }

    /// <summary>Goes on with another pipeline.</summary>
    public void Replace(CapturePipeline? live)
    {
        if (!ReferenceEquals(Live, live))
        {
            Live?.Dispose();
            Live = live;
        }
    }
}
