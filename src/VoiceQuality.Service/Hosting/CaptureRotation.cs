namespace VoiceQuality.Service.Hosting;

/// <summary>A capture file that was read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its name, taken apart.</param>
/// <param name="FirstUs">Its first packet, microseconds since 1970-01-01 UTC.</param>
/// <param name="LastUs">Its last packet.</param>
internal sealed record CapturedFile(string Path, RotationName Name, long FirstUs, long LastUs);

/// <summary>
/// Files that one capturing program wrote one after another: one capture that was cut. It owns the pipeline that goes
/// on with the next of them. Whoever reads one of its files has it alone meanwhile; others look at its files.
/// </summary>
internal sealed class CaptureRotation
{
    /// <summary>By how much two files of one capture may overlap, microseconds.</summary>
    public const long OverlapUs = 1_000_000;

    private const int MaxFiles = 4_096;

    private readonly Lock _writing = new();
    private CapturedFile[] _files = [];

    /// <summary>The files in the order of their packets, as they are now.</summary>
    public IReadOnlyList<CapturedFile> Files => Volatile.Read(ref _files);

    /// <summary>The file that is read now; null when none is.</summary>
    public FileInReading? Current { get; set; }

    /// <summary>Has read all of <see cref="Files"/> that matter; null when it has to be made again.</summary>
    public CapturePipeline? Live { get; private set; }

    /// <summary>The last packet of all files; the least number without any.</summary>
    public long EndUs => Files.Count > 0 ? Files.Max(static file => file.LastUs) : long.MinValue;

    /// <summary>Whether a file is one of these, whatever it holds by now.</summary>
    public bool Has(string path) => Current?.Path == path || Files.Any(file => file.Path == path);

    /// <summary>
    /// Whether a file can be one of these: its name differs in numbers alone, and neither does it begin in the middle
    /// of another one, nor another one in its, as files of two captures at the same time do.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="firstUs">Its first packet.</param>
    /// <param name="lastUs">Its last packet as far as it is known.</param>
    public bool Admits(RotationName name, long firstUs, long lastUs)
    {
        var files = WithCurrent();
        return files.Count > 0 && files[0].Name.Pattern == name.Pattern && files.TrueForAll(file =>
            !(file.FirstUs <= firstUs && firstUs < file.LastUs - OverlapUs)
            && !(firstUs <= file.FirstUs && file.FirstUs < lastUs - OverlapUs));
    }

    /// <summary>Whether a file of such a name would have its place before one of these.</summary>
    public bool GoesOnAfter(RotationName name, long firstUs) =>
        WithCurrent().Exists(file => file.Name.Pattern == name.Pattern && file.FirstUs >= firstUs);

    /// <summary>In how many numbers the name differs at least from those of the files.</summary>
    public int DifferenceFrom(RotationName name) => WithCurrent().Min(file => file.Name.DifferenceFrom(name));

    /// <summary>Enters a file in its place.</summary>
    public void Add(CapturedFile file)
    {
        lock (_writing)
        {
            var files = _files.ToList();
            files.Insert(files.FindLastIndex(other => other.FirstUs <= file.FirstUs) + 1, file);
            Volatile.Write(ref _files, [.. files.TakeLast(MaxFiles)]);
        }
    }

    /// <summary>Forgets an older content of a file; what had read it goes too.</summary>
    public void Forget(string path)
    {
        lock (_writing)
        {
            if (!_files.Any(file => file.Path == path))
            {
                return;
            }

            Volatile.Write(ref _files, [.. _files.Where(file => file.Path != path)]);
        }

        Replace(null);
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

    private List<CapturedFile> WithCurrent()
    {
        var files = Files.ToList();
        if (Current is { } current)
        {
            files.RemoveAll(file => file.Path == current.Path);
            files.Add(current.AsFar);
        }

        return files;
    }
}
