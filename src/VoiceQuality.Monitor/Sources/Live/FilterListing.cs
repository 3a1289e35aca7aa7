using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>Instructions of the classic BPF machine with labels; an empty label is the next instruction.</summary>
internal sealed class FilterListing
{
    private readonly List<(ushort Code, uint Operand, string IfTrue, string IfFalse)> _lines = [];
    private readonly Dictionary<string, int> _labels = [];

    public FilterListing Line(ushort code, uint operand) => Branch(code, operand, "", "");

    public FilterListing Branch(ushort code, uint operand, string ifTrue, string ifFalse)
    {
        _lines.Add((code, operand, ifTrue, ifFalse));
        return this;
    }

    public FilterListing Label(string name)
    {
        _labels.Add(name, _lines.Count);
        return this;
    }

    // struct sock_filter: code, jump when true, jump when false, operand, in the byte order of the machine.
    public byte[] ToArray()
    {
        var octets = new byte[_lines.Count * PacketSocket.InstructionLength];
        for (var i = 0; i < _lines.Count; i++)
        {
            var (code, operand, ifTrue, ifFalse) = _lines[i];
            var instruction = octets.AsSpan(i * PacketSocket.InstructionLength);
            MemoryMarshal.Write(instruction, code);
            instruction[2] = Distance(i, ifTrue);
            instruction[3] = Distance(i, ifFalse);
            MemoryMarshal.Write(instruction[4..], operand);
        }

        return octets;
    }

    private byte Distance(int from, string label) => (byte)(label.Length == 0 ? 0 : _labels[label] - from - 1);
}
