using BenchmarkDotNet.Running;
using VoiceQuality.Benchmarks.Rating;

if (args is ["close-month", .. var rest])
{
    return await CloseMonth.RunAsync(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
